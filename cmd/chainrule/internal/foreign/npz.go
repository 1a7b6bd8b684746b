package foreign

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/npy"
)

// An npz file is a zip archive with an npy file for every array.
const (
	mostArrays = 4096
	// unpackedBytes is what compressed arrays may unpack to beyond the size of their file: they could be a thousand times
	// as large.
	unpackedBytes = 8 << 20
)

// unzip returns the arrays of an npz file.
func unzip(data []byte) ([]Tensor, error) {
	if n := bytes.Count(data, []byte("PK\x01\x02")); n > mostArrays {
		return nil, fmt.Errorf("has a directory of %d files, want at most %d arrays", n, mostArrays)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("is no npz file: %w", err)
	}
	u := unpacker{data: data, packed: len(data), room: len(data) + unpackedBytes}
	var tensors []Tensor
	seen := map[string]bool{}
	for _, f := range archive.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		switch {
		case strings.HasSuffix(f.Name, "data.pkl"):
			return nil, errors.New("is a file of torch.save; want " + fromPyTorch)
		case strings.HasSuffix(f.Name, ".h5"):
			return nil, errors.New("is a file of Keras; want " + fromKeras)
		case !ok:
			return nil, fmt.Errorf("is no npz file: has %.60q in it, want arrays *.npy", f.Name)
		case seen[name]:
			return nil, fmt.Errorf("array %.60q: is there twice, want it once", name)
		}
		seen[name] = true
		content, err := u.content(f)
		if err != nil {
			return nil, fmt.Errorf("array %.60q: %w", name, err)
		}
		t, err := array(name, content)
		if err != nil {
			return nil, fmt.Errorf("array %.60q: %w", name, err)
		}
		tensors = append(tensors, t)
	}
	return tensors, nil
}

// array makes a tensor of an npy file.
func array(name string, content []byte) (Tensor, error) {
	a, err := npy.Decode(content)
	if unread := (*npy.TypeError)(nil); errors.As(err, &unread) {
		return Tensor{Name: name, Type: unread.Type}, nil // an error if it is wanted
	}
	if err != nil {
		return Tensor{}, err
	}
	return Tensor{Name: name, Shape: a.Shape, Type: a.Type, At: a.At}, nil
}

// unpacker takes files out of an archive, within bounds.
type unpacker struct {
	data   []byte // the archive
	packed int    // bytes that may still be read: files may not overlap
	room   int    // bytes that may still be unpacked
}

// content returns what a file holds: a part of the archive, if that is not compressed.
func (u *unpacker) content(f *zip.File) ([]byte, error) {
	packed, size := f.CompressedSize64, f.UncompressedSize64
	begin, err := f.DataOffset()
	switch {
	case err != nil:
		return nil, err
	case begin < 0 || begin > int64(len(u.data)) || packed > uint64(len(u.data))-uint64(begin) || packed > uint64(u.packed):
		return nil, fmt.Errorf("has %d bytes from byte %d on, which the file has not", packed, begin)
	}
	u.packed -= int(packed)
	if f.Method == zip.Store {
		content := u.data[begin : begin+int64(packed)]
		if size != packed || crc32.ChecksumIEEE(content) != f.CRC32 {
			return nil, errors.New("is damaged: has another size or checksum")
		}
		return content, nil
	}
	if size > uint64(u.room) {
		return nil, fmt.Errorf("unpacks to %d bytes, want at most %d: save it with numpy.savez, which does not compress", size, u.room)
	}
	u.room -= int(size)
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(r, content); err != nil {
		return nil, fmt.Errorf("is damaged: %w", err)
	}
	if n, err := r.Read(make([]byte, 1)); n > 0 || err != io.EOF { // the checksum is looked at here
		return nil, fmt.Errorf("is damaged: %w", errors.Join(err, errors.New("want the end of it")))
	}
	return content, nil
}
