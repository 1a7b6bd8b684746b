package runtime

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
)

// crashDisk is a file system in memory that forgets, when it crashes, what it was not told to keep: of what was written
// and not synced every sector may be new or old, and of the names that were not synced any may be new or old, in any
// order. It can also fail, or crash, at an operation of a given number.
type crashDisk struct {
	names   map[string]*inode // as programs see them
	kept    map[string]*inode // as they are after a crash
	changes []func()          // of kept, which a folder sync makes last

	operations int
	fail       map[int]error // by the number of the operation; errCrash for all from then on
	short      bool          // a failing write has written half
	crashed    bool
}

// inode is a file without a name.
type inode struct{ data, kept []byte }

var errCrash = errors.New("the machine has crashed")

func newCrashDisk() *crashDisk {
	return &crashDisk{names: map[string]*inode{}, kept: map[string]*inode{}, fail: map[int]error{}}
}

// operation counts an operation and returns how it fails, if it does.
func (d *crashDisk) operation() error {
	d.operations++
	err := d.fail[d.operations]
	if d.crashed = d.crashed || err == errCrash; d.crashed {
		return errCrash
	}
	return err
}

func (d *crashDisk) create(name string) (diskFile, error) {
	if err := d.operation(); err != nil {
		return nil, err
	}
	if d.names[name] != nil {
		return nil, fs.ErrExist
	}
	node := &inode{}
	d.names[name] = node
	d.changes = append(d.changes, func() { d.kept[name] = node })
	return &crashFile{d, node}, nil
}

func (d *crashDisk) rename(from, to string) error {
	if err := d.operation(); err != nil {
		return err
	}
	node := d.names[from]
	delete(d.names, from)
	d.names[to] = node
	d.changes = append(d.changes, func() { d.kept[to] = node }, func() { delete(d.kept, from) })
	return nil
}

func (d *crashDisk) remove(name string) error {
	if err := d.operation(); err != nil {
		return err
	}
	if d.names[name] == nil {
		return fs.ErrNotExist
	}
	delete(d.names, name)
	d.changes = append(d.changes, func() { delete(d.kept, name) })
	return nil
}

func (d *crashDisk) syncFolder(string) error {
	if err := d.operation(); err != nil {
		return err
	}
	for _, change := range d.changes {
		change()
	}
	d.changes = nil
	return nil
}

func (d *crashDisk) read(name string, _ int64) ([]byte, error) {
	node := d.names[name]
	if node == nil {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(node.data), nil
}

// crash returns the disk as the next start of the machine finds it.
func (d *crashDisk) crash(r *rand.Rand) *crashDisk {
	const sector = 16 // small, as the files of the tests are
	for _, i := range r.Perm(len(d.changes)) {
		if r.IntN(2) == 0 {
			d.changes[i]()
		}
	}
	after := newCrashDisk()
	for name, node := range d.kept {
		data := slices.Clone(node.kept)
		if len(node.data) > len(data) && r.IntN(2) == 0 { // the length may be there before the contents
			data = append(data, make([]byte, len(node.data)-len(data))...)
		}
		for at := 0; at < min(len(data), len(node.data)); at += sector {
			if r.IntN(2) == 0 {
				copy(data[at:min(at+sector, len(data))], node.data[at:])
			}
		}
		after.names[name] = &inode{data, data}
	}
	after.kept = maps.Clone(after.names)
	return after
}

// crashFile is a file of a crashDisk.
type crashFile struct {
	disk *crashDisk
	node *inode
}

func (f *crashFile) Write(data []byte) (int, error) {
	if err := f.disk.operation(); err != nil {
		n := 0
		if f.disk.short {
			n = len(data) / 2
		}
		f.node.data = append(f.node.data, data[:n]...)
		return n, err
	}
	f.node.data = append(f.node.data, data...)
	return len(data), nil
}

func (f *crashFile) Sync() error {
	if err := f.disk.operation(); err != nil {
		return err
	}
	f.node.kept = slices.Clone(f.node.data)
	return nil
}

func (f *crashFile) Close() error { return f.disk.operation() }

// carelessSave is what replaceFile would be without care: the control of the tests.
func carelessSave(d *crashDisk, path string, data []byte) error {
	tmp := path + ".tmp"
	file, err := d.create(tmp)
	if err != nil {
		return err
	}
	if _, err := file.Write(data); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return errors.Join(d.rename(tmp, path), d.syncFolder(filepath.Dir(path)))
}

// crashOnce saves states 1, 2, 3, … until the disk crashes at an operation, and returns the last state that was
// acknowledged and the one that is there afterwards, 0 for none; broken if what is there cannot be read.
func crashOnce(t *testing.T, at int, r *rand.Rand, save func(d *crashDisk, s *slots, state byte) error) (acknowledged, found byte, broken bool) {
	t.Helper()
	d := newCrashDisk()
	d.fail[at] = errCrash
	s, _, _ := openSlots(d, "net.checkpoint", 1<<20)
	for state := byte(1); ; state++ {
		if err := save(d, s, state); err != nil {
			if !d.crashed {
				t.Fatal(err)
			}
			break
		}
		acknowledged = state
	}
	_, latest, damage := openSlots(d.crash(r), "net.checkpoint", 1<<20)
	if latest == nil {
		return acknowledged, 0, damage != nil
	}
	for _, b := range latest[0].data {
		if b != latest[0].data[0] {
			t.Fatalf("a torn state passes for a whole one")
		}
	}
	return acknowledged, latest[0].data[0], false
}

// stateData is a state that differs from others in every sector.
func stateData(state byte) []section {
	return []section{{"state", slices.Repeat([]byte{state}, 100)}}
}

func TestCrashes(t *testing.T) {
	careful := func(_ *crashDisk, s *slots, state byte) error { return s.save(stateData(state)) }
	careless := func(d *crashDisk, s *slots, state byte) error {
		s.last++
		s.next = 1 - s.next
		return carelessSave(d, s.name(s.next), encodeContainer(s.last, stateData(state)))
	}
	lost, unreadable := 0, 0
	for k := range 3000 {
		at := 1 + k%60
		acknowledged, found, broken := crashOnce(t, at, rand.New(rand.NewPCG(uint64(k), 1)), careful)
		if broken && acknowledged > 0 || found < acknowledged {
			t.Fatalf("crash at operation %d: state %d was acknowledged, %d is there, unreadable: %v", at, acknowledged, found, broken)
		}
		acknowledged, found, broken = crashOnce(t, at, rand.New(rand.NewPCG(uint64(k), 2)), careless)
		if broken {
			unreadable++
		}
		if found < acknowledged {
			lost++
		}
	}
	if lost == 0 || unreadable == 0 {
		t.Errorf("saving without care lost %d acknowledged states and left %d unreadable ones, want some of both: the test cannot fail", lost, unreadable)
	}
	t.Logf("3,000 crashes: 0 acknowledged states lost; without care %d, %d unreadable", lost, unreadable)
}
