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
	goruntime "runtime"
	"strconv"
	"testing"
	"time"
)

var kills = flag.Int("kills", 20, "processes that TestKills and TestKillPoints each kill while they save")

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
	goruntime.LockOSThread() // strace counts the calls of a thread
	s, _, _ := openSlots(realDisk{}, path, killBytes)
	first := s.last + 1
	for state := first; state < first+killStates; state++ {
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

const (
	killBytes  = 1 << 20
	killStates = 300 // after so many, a process that nobody kills ends
)

// killState is a state of some size that names itself.
func killState(state uint64) []section {
	data := make([]byte, killBytes/4)
	for at := 0; at < len(data); at += 8 {
		binary.LittleEndian.PutUint64(data[at:], state)
	}
	return []section{{"state", data}}
}

// savePerish runs a saver, under a command where one is given, until it is killed: by that command, or by strike, which is
// called when it has acknowledged its first state. It returns the state that was acknowledged last, and the one that is
// there, 0 if none can be read.
func savePerish(t *testing.T, path string, careless bool, strike func(*os.Process), under ...string) (acknowledged, found uint64) {
	t.Helper()
	args := append(under, os.Args[0], "-test.run=^TestSaver$")
	cmd := exec.Command(args[0], args[1:]...)
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
		if acknowledged == 0 && strike != nil {
			strike(cmd.Process)
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
	soon := func(p *os.Process) {
		time.AfterFunc(time.Duration(r.IntN(5000))*time.Microsecond, func() { _ = p.Kill() })
	}
	careful, careless := t.TempDir(), t.TempDir()
	unreadable := 0
	for range *kills {
		acknowledged, found := savePerish(t, filepath.Join(careful, "net.checkpoint"), false, soon)
		if acknowledged == 0 || found != acknowledged && found != acknowledged+1 {
			t.Fatalf("state %d was acknowledged, %d is there", acknowledged, found)
		}
		if _, found := savePerish(t, filepath.Join(careless, "net.checkpoint"), true, soon); found == 0 {
			unreadable++
		}
	}
	if unreadable == 0 && *kills >= 100 {
		t.Error("saving without care has left no unreadable state: the test cannot fail")
	}
	t.Logf("%d kills: no acknowledged state lost; without care %d unreadable states", *kills, unreadable)
}

// TestKillPoints kills processes at the first, second … fortieth call of every kind that saving makes of the system, through
// strace, which delivers the signal as the call begins.
func TestKillPoints(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	if out, err := exec.Command("strace", "-f", "-o", os.DevNull, os.Args[0], "-test.run=^$").CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: kills at system calls, which need strace and leave to trace: %v %s", err, out)
	}
	careful, careless := t.TempDir(), t.TempDir()
	calls := []string{"openat", "write", "fsync", "renameat", "close"}
	unreadable, last := 0, uint64(0)
	for n := range *kills {
		call := calls[n%len(calls)]
		at := []string{"strace", "-f", "-qq", "-o", os.DevNull, "-e", "trace=" + call, "-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, 1+n/len(calls)%40)}
		acknowledged, found := savePerish(t, filepath.Join(careful, "net.checkpoint"), false, nil, at...)
		last = max(last, acknowledged) // killed early, a process acknowledges none
		if found != last && found != last+1 {
			t.Fatalf("killed at %v: state %d was acknowledged, %d is there", at[7:], last, found)
		}
		last = found
		if call == "write" || call == "openat" { // which the careless one makes, too
			path := filepath.Join(careless, strconv.Itoa(n))
			if acknowledged, found := savePerish(t, path, true, nil, at...); acknowledged > 0 && found == 0 {
				unreadable++
			}
		}
	}
	if unreadable == 0 {
		t.Error("saving without care has lost no acknowledged state: the test cannot fail")
	}
	t.Logf("%d kills: no acknowledged state lost, %d is the last; without care %d have lost all", *kills, last, unreadable)
}
