package runtime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// A container holds named sections, and finds out when a single bit of them, or of itself, has changed. All numbers are
// little-endian.
//
//	magic     8 bytes   "chrulckp"
//	version   uint32    1
//	sections  uint32    how many follow
//	sequence  uint64    later containers of a file have higher numbers
//	checksum  uint32    of the bytes before
//	for each section
//	  name      8 bytes   padded with zeros
//	  length    uint64    of the contents
//	  checksum  uint32    of name, length and contents
//	  contents
//
// Checksums are CRC-32C (Castagnoli), which finds all errors of up to 32 neighbouring bits.
const (
	containerMagic   = "chrulckp"
	containerVersion = 1
	containerHeader  = 8 + 4 + 4 + 8
	sectionHeader    = 8 + 8
	checksumBytes    = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// section is a part of a container.
type section struct {
	name string // up to 8 bytes
	data []byte
}

// encodeContainer returns a container as a file holds it.
func encodeContainer(sequence uint64, sections []section) []byte {
	file := append([]byte(nil), containerMagic...)
	file = binary.LittleEndian.AppendUint32(file, containerVersion)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(sections)))
	file = binary.LittleEndian.AppendUint64(file, sequence)
	file = binary.LittleEndian.AppendUint32(file, crc32.Checksum(file, castagnoli))
	for _, s := range sections {
		var name [8]byte
		copy(name[:], s.name)
		header := binary.LittleEndian.AppendUint64(name[:], uint64(len(s.data)))
		sum := crc32.Update(crc32.Checksum(header, castagnoli), castagnoli, s.data)
		file = binary.LittleEndian.AppendUint32(append(file, header...), sum)
		file = append(file, s.data...)
	}
	return file
}

// errDamaged says that a container is not as it was written.
var errDamaged = errors.New("is damaged")

// decodeContainer returns the sections, whose contents share the memory of file.
func decodeContainer(file []byte) (sequence uint64, sections []section, err error) {
	damaged := func(format string, args ...any) (uint64, []section, error) {
		return 0, nil, fmt.Errorf("%w: %s", errDamaged, fmt.Sprintf(format, args...))
	}
	if len(file) < containerHeader+checksumBytes {
		return damaged("has %d bytes, want %d at least", len(file), containerHeader+checksumBytes)
	}
	header, rest := file[:containerHeader], file[containerHeader:]
	switch {
	case string(header[:8]) != containerMagic:
		return damaged("does not begin with %s", containerMagic)
	case crc32.Checksum(header, castagnoli) != binary.LittleEndian.Uint32(rest):
		return damaged("header: checksum does not fit")
	}
	if version := binary.LittleEndian.Uint32(header[8:]); version != containerVersion {
		return 0, nil, fmt.Errorf("has version %d, want %d", version, containerVersion)
	}
	sequence = binary.LittleEndian.Uint64(header[16:])
	rest = rest[checksumBytes:]
	for i := range binary.LittleEndian.Uint32(header[12:]) {
		if len(rest) < sectionHeader+checksumBytes {
			return damaged("section %d: ends after %d bytes", i, len(rest))
		}
		header, sum := rest[:sectionHeader], binary.LittleEndian.Uint32(rest[sectionHeader:])
		rest = rest[sectionHeader+checksumBytes:]
		length := binary.LittleEndian.Uint64(header[8:])
		if length > uint64(len(rest)) {
			return damaged("section %d: has %d bytes, want %d", i, len(rest), length)
		}
		data := rest[:length]
		if crc32.Update(crc32.Checksum(header, castagnoli), castagnoli, data) != sum {
			return damaged("section %d: checksum does not fit", i)
		}
		sections = append(sections, section{name: string(trimZeros(header[:8])), data: data})
		rest = rest[length:]
	}
	if len(rest) > 0 {
		return damaged("%d bytes follow the last section", len(rest))
	}
	return sequence, sections, nil
}

// trimZeros returns name without the zeros at its end.
func trimZeros(name []byte) []byte {
	for len(name) > 0 && name[len(name)-1] == 0 {
		name = name[:len(name)-1]
	}
	return name
}
