package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// Every operation fails once: the error says so, the old file is as it was, and no other is left.
func TestFailingDisk(t *testing.T) {
	old, data := []byte("old"), []byte("new contents")
	for _, failure := range []error{syscall.ENOSPC, syscall.EIO} {
		for _, short := range []bool{false, true} {
			for n := 1; ; n++ {
				d := newCrashDisk()
				if err := replaceFile(d, "f", old); err != nil {
					t.Fatal(err)
				}
				d.operations, d.short = 0, short
				d.fail[n] = failure
				err := replaceFile(d, "f", data)
				if d.operations < n {
					if n < 6 {
						t.Errorf("saving takes %d operations, want 6: create, write, sync, close, rename, sync folder", d.operations)
					}
					break
				}
				var failed *SaveError
				if !errors.Is(err, failure) || !errors.As(err, &failed) || failed.File != "f" {
					t.Errorf("operation %d fails with %v: got %v", n, failure, err)
				}
				want := old
				if failed != nil && failed.Step == "sync folder" {
					want = data
				}
				if got, _ := d.read("f", 100); !bytes.Equal(got, want) {
					t.Errorf("operation %d fails: the file holds %q, want %q", n, got, want)
				}
				if len(d.names) != 1 {
					t.Errorf("operation %d fails: %d files are left, want 1", n, len(d.names))
				}
			}
		}
	}
}

// A disk may write less than it was given and not say so.
func TestShortWrite(t *testing.T) {
	if step, err := writeFile(shortFile{}, []byte("contents")); err == nil || step != "write" {
		t.Errorf("got %q, %v; want an error of write", step, err)
	}
}

type shortFile struct{}

func (shortFile) Write(data []byte) (int, error) { return len(data) - 1, nil }
func (shortFile) Sync() error                    { return nil }
func (shortFile) Close() error                   { return nil }

// Every changed bit and every missing byte of the latest container is found, and the one before is taken.
func TestDamage(t *testing.T) {
	d := newCrashDisk()
	s, _, _ := openSlots(d, "net.checkpoint", 1<<20)
	for state := byte(1); state <= 2; state++ {
		sections := []section{{"first", slices.Repeat([]byte{state}, 1000)}, {"second", nil}, {"third", slices.Repeat([]byte{state}, 3000)}}
		if err := s.save(sections); err != nil {
			t.Fatal(err)
		}
	}
	newest := s.name(1 - s.next)
	whole := d.names[newest].data
	check := func(what string, damaged []byte) {
		d.names[newest] = &inode{data: damaged}
		after, latest, damage := openSlots(d, "net.checkpoint", 1<<20)
		if damage == nil || latest == nil || latest[0].data[0] != 1 || after.name(after.next) != newest {
			t.Fatalf("%s: got %v and %d sections, want the state before", what, damage, len(latest))
		}
	}
	stride := 1
	if testing.Short() {
		stride = 13
	}
	for bit := 0; bit < 8*len(whole); bit += stride {
		damaged := slices.Clone(whole)
		damaged[bit/8] ^= 1 << (bit % 8)
		check(fmt.Sprintf("bit %d changed", bit), damaged)
	}
	for n := range len(whole) {
		check(fmt.Sprintf("%d bytes left", n), whole[:n])
	}
	check("a byte more", append(slices.Clone(whole), 0))
}

func TestRealDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.checkpoint")
	s, latest, err := openSlots(realDisk{}, path, 1<<20)
	if latest != nil || err != nil {
		t.Fatalf("got %v, %v without files", latest, err)
	}
	for state := byte(1); state <= 3; state++ {
		if err := s.save(stateData(state)); err != nil {
			t.Fatal(err)
		}
		if _, latest, err = openSlots(realDisk{}, path, 1<<20); err != nil || latest[0].data[0] != state {
			t.Errorf("got %v, %v; want state %d", latest, err, state)
		}
	}
	if _, latest, err = openSlots(realDisk{}, path, 50); latest != nil || err == nil {
		t.Errorf("a file that is too large is read: %v", err)
	}
	if err := (Checkpoint{File: path}).Remove(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 0 {
		t.Errorf("%v are left, %v", left, err)
	}
	if err := (Checkpoint{File: path}).Remove(); err != nil {
		t.Errorf("removing what is not there: %v", err)
	}
	if err := replaceFile(realDisk{}, filepath.Join(path, "f"), nil); !errors.As(err, new(*SaveError)) {
		t.Errorf("got %v, want a SaveError", err)
	}
}
