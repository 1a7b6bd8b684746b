package runtime

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	goruntime "runtime"
)

// References:
//
//	Pillai et al., All File Systems Are Not Created Equal, OSDI 2014.
//	Rebello et al., Can Applications Recover from fsync Failures?, USENIX ATC 2020.

// SaveError says that a file could not be saved. The one that was there before is as it was, unless Step is "sync folder":
// then the new one is there, but a crash may bring the old one back.
type SaveError struct {
	File string
	Step string // "create", "write", "sync", "close", "rename", "sync folder", or "remove" of a file that was replaced
	Err  error
}

// Error names the file and the step.
func (e *SaveError) Error() string {
	return fmt.Sprintf("%s: cannot be saved: %s: %v", e.File, e.Step, e.Err)
}

// Unwrap returns what the file system said.
func (e *SaveError) Unwrap() error { return e.Err }

// disk is what saving needs of a file system.
type disk interface {
	// create makes a file of that name; that there is one is an error.
	create(name string) (diskFile, error)
	rename(from, to string) error
	remove(name string) error
	// syncFolder makes what has happened to the names in a folder last.
	syncFolder(name string) error
	// read returns what a file holds, if that is not more than so many bytes.
	read(name string, most int64) ([]byte, error)
}

// diskFile is a file that is being written.
type diskFile interface {
	io.WriteCloser
	Sync() error
}

// replaceFile makes data the contents of the file at path. A crash leaves either the old file or the new one, perhaps
// beside a file that ends in .tmp.
func replaceFile(d disk, path string, data []byte) error {
	tmp := fmt.Sprintf("%s.%08x.tmp", path, rand.Uint32())
	file, err := d.create(tmp)
	if err != nil {
		return &SaveError{path, "create", err}
	}
	step, err := writeFile(file, data)
	if err == nil {
		step, err = "rename", d.rename(tmp, path)
	}
	if err != nil {
		return errors.Join(&SaveError{path, step, err}, d.remove(tmp))
	}
	if err := d.syncFolder(filepath.Dir(path)); err != nil {
		return &SaveError{path, "sync folder", err}
	}
	return nil
}

// writeFile writes data, makes it last and closes the file; step is what has failed. A sync that has failed must not be
// tried again: the kernel may have dropped what it could not write, and then report success.
func writeFile(file diskFile, data []byte) (step string, err error) {
	step = "write"
	n, err := file.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err == nil {
		step, err = "sync", file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		step, err = "close", closeErr
	}
	return step, err
}

// realDisk is the file system of the machine.
type realDisk struct{}

func (realDisk) create(name string) (diskFile, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

func (realDisk) rename(from, to string) error { return os.Rename(from, to) }
func (realDisk) remove(name string) error     { return os.Remove(name) }

// syncFolder does nothing on Windows, which has no such call.
func (realDisk) syncFolder(name string) error {
	if goruntime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (realDisk) read(name string, most int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() // was only read
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > most {
		return nil, fmt.Errorf("%s: has %d bytes, want at most %d", name, info.Size(), most)
	}
	return io.ReadAll(io.LimitReader(file, most))
}
