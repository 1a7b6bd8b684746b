package runtime

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

var kills = flag.Int("kills", 20, "processes that TestKills kills while they save")

// The environment of a process that saves: where, and whether with care.
const (
	saverFile     = "CHAINRULE_TEST_SAVER"
	saverCareless = "CHAINRULE_TEST_CARELESS"
)

// TestSaver is the process that TestKills kills: it saves states 1, 2, 3, … and acknowledges each.
func TestSaver(t *testing.T) {
	path := os.Getenv(saverFile)
	if path == "" {
		t.Skip("is run by TestKills")
	}
	s, _, _ := openSlots(realDisk{}, path, killBytes)
	for state := s.last + 1; ; state++ {
		var err error
		if sections := killState(state); os.Getenv(saverCareless) == "" {
			err = s.save(sections)
		} else {
			err = os.WriteFile(s.name(0), encodeContainer(state, sections), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(state)
	}
}

const killBytes = 1 << 20

// killState is a state of some size that names itself.
func killState(state uint64) []section {
	data := make([]byte, killBytes/4)
	for at := 0; at < len(data); at += 8 {
		binary.LittleEndian.PutUint64(data[at:], state)
	}
	return []section{{"state", data}}
}

// killOnce runs a saver, kills it after a while, and returns the state that it acknowledged last and the one that is
// there, 0 if none can be read.
func killOnce(t *testing.T, path string, after time.Duration, careless bool) (acknowledged, found uint64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestSaver$")
	cmd.Env = append(os.Environ(), saverFile+"="+path)
	if careless {
		cmd.Env = append(cmd.Env, saverCareless+"=1")
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		n, err := strconv.ParseUint(lines.Text(), 10, 64)
		if err != nil {
			break
		}
		if acknowledged == 0 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		acknowledged = n
	}
	_ = cmd.Wait()
	_, latest, _ := openSlots(realDisk{}, path, killBytes)
	if latest == nil {
		return acknowledged, 0
	}
	return acknowledged, binary.LittleEndian.Uint64(latest[0].data)
}

// TestKills kills processes while they save, one after the other in the same folder: what the last one acknowledged is
// there, or what it was about to.
func TestKills(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	r := rand.New(rand.NewPCG(1, 1))
	after := func() time.Duration { return time.Duration(r.IntN(5000)) * time.Microsecond }
	careful, careless := t.TempDir(), t.TempDir()
	unreadable := 0
	for range *kills {
		acknowledged, found := killOnce(t, filepath.Join(careful, "net.checkpoint"), after(), false)
		if acknowledged == 0 || found != acknowledged && found != acknowledged+1 {
			t.Fatalf("state %d was acknowledged, %d is there", acknowledged, found)
		}
		if _, found := killOnce(t, filepath.Join(careless, "net.checkpoint"), after(), true); found == 0 {
			unreadable++
		}
	}
	if unreadable == 0 && *kills >= 100 {
		t.Error("saving without care has left no unreadable state: the test cannot fail")
	}
	t.Logf("%d kills: no acknowledged state lost; without care %d unreadable states", *kills, unreadable)
}
