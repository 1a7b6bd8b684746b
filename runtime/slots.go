package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
)

// slots are the two files that hold the two latest containers, so that one is left whatever happens to the other. A new
// one takes the place of the older.
type slots struct {
	disk disk
	file string
	next int    // the slot to write
	last uint64 // sequence of the latest container

	// replace says that the files are those of an earlier training: the next container takes the place of both.
	replace bool
}

// name returns the file of a slot.
func (s *slots) name(slot int) string { return fmt.Sprintf("%s.%d", s.file, slot+1) }

// openSlots returns the slots of a file with the sections of the latest container that is whole: none if there is no
// file. most bounds the bytes of a file. What is wrong with files is in damage, which does not keep the other from being
// taken.
func openSlots(d disk, file string, most int64) (s *slots, latest []section, damage error) {
	s = &slots{disk: d, file: file}
	for slot := range 2 {
		data, err := d.read(s.name(slot), most)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var sequence uint64
		var sections []section
		if err == nil {
			sequence, sections, err = decodeContainer(data)
		}
		switch {
		case err != nil:
			damage = errors.Join(damage, fmt.Errorf("%s: %w", s.name(slot), err))
		case latest == nil || sequence > s.last:
			latest, s.last, s.next = sections, sequence, 1-slot
		}
	}
	return s, latest, damage
}

// save makes sections the latest container.
func (s *slots) save(sections []section) error {
	if s.last == math.MaxUint64 {
		return &SaveError{s.file, "create", errors.New("has no higher sequence left")}
	}
	if err := replaceFile(s.disk, s.name(s.next), encodeContainer(s.last+1, sections)); err != nil {
		return err
	}
	s.last++
	s.next = 1 - s.next
	if s.replace {
		s.replace = false
		if err := s.disk.remove(s.name(s.next)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &SaveError{s.name(s.next), "remove", err}
		}
	}
	return nil
}

// removeAll removes the files of both slots.
func (s *slots) removeAll() error {
	var all error
	for slot := range 2 {
		if err := s.disk.remove(s.name(slot)); !errors.Is(err, fs.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	return all
}
