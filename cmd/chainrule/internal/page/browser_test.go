package page

import (
	"bytes"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// browser finds a headless browser, or skips.
func browser(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("NOT CHECKED IN A BROWSER: there is no chromium on PATH")
	return ""
}

// seen is what a page looks like from the inside.
type seen struct {
	Errors                        []string
	Width, Inner                  int // of the content and of the window
	Dark                          bool
	Background                    string
	Charts, Drawn                 int // canvases, and those with something on them
	Classes, Cells, Layers, Bench int
	Requests                      int
	CodeHeight                    int // of the first function, unfolded
}

// What is added to a page to see it: errors from the beginning, the rest at the end.
const (
	probeErrors = `<script>window.seenErrors = []; addEventListener("error", e => seenErrors.push(String(e.message)));
const consoleError = console.error; console.error = (...a) => { seenErrors.push(a.join(" ")); consoleError(...a); };</script>`
	probe = `<script>setTimeout(() => {
  const count = s => document.querySelectorAll(s).length;
  const canvases = [...document.querySelectorAll("canvas")];
  const drawn = c => c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some(v => v);
  const first = document.querySelector("#layers details");
  first.open = true;
  const report = parent.document.createElement("pre");
  report.id = "seen";
  report.textContent = JSON.stringify({
    Errors: seenErrors, Width: document.documentElement.scrollWidth, Inner: innerWidth,
    Dark: matchMedia("(prefers-color-scheme: dark)").matches, Background: getComputedStyle(document.body).backgroundColor,
    Charts: canvases.length, Drawn: canvases.filter(drawn).length,
    Classes: count("#classes tbody tr"), Cells: count("#confusion td"), Layers: count("#layers details"), Bench: count("#bench tbody tr"),
    Requests: performance.getEntriesByType("resource").length, CodeHeight: first.querySelector("pre").clientHeight,
  });
  parent.document.body.append(report);
}, 500);</script>`
)

var seenText = regexp.MustCompile(`<pre id="seen">(.*?)</pre>`)

// look opens a page in a frame of the given width.
func look(t *testing.T, browser string, page []byte, width string, flags ...string) *seen {
	t.Helper()
	text := strings.Replace(string(page), "<head>", "<head>"+probeErrors, 1)
	text = strings.Replace(text, "</body>", probe+"</body>", 1)
	host := `<!DOCTYPE html><body style="margin:0"><iframe style="border:0" width="` + width + `" height="2000" srcdoc="` + html.EscapeString(text) + `"></iframe></body>`
	dir := t.TempDir()
	file := filepath.Join(dir, "host.html")
	if err := os.WriteFile(file, []byte(host), 0o666); err != nil {
		t.Fatal(err)
	}
	args := append(flags, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(dir, "profile"), "--window-size=1200,2000",
		"--virtual-time-budget=3000", "--enable-logging=stderr", "--dump-dom", "file://"+file)
	cmd := exec.Command(browser, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	dom, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", browser, err, stderr.String())
	}
	for line := range strings.Lines(stderr.String()) {
		if strings.Contains(line, ":CONSOLE") {
			t.Errorf("the console says %s", line)
		}
	}
	match := seenText.FindSubmatch(dom)
	if match == nil {
		t.Fatalf("the page did not run:\n%s", stderr.String())
	}
	s := &seen{}
	if err := json.Unmarshal([]byte(html.UnescapeString(string(match[1]))), s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBrowser opens reports in a real browser: wide and narrow, light and dark.
func TestBrowser(t *testing.T) {
	chrome := browser(t)
	const dark = "--blink-settings=preferredColorScheme=0"
	for _, test := range []struct {
		name  string
		in    *Input
		width string
		flags []string
		want  seen
	}{
		{"classes", classification(t), "1100", nil, seen{Inner: 1100, Background: "rgb(252, 252, 251)", Charts: 2, Classes: 3, Cells: 9, Layers: 3, Bench: 2}},
		{"classes, dark and narrow", classification(t), "360", []string{dark}, seen{Inner: 360, Dark: true, Background: "rgb(21, 23, 26)", Charts: 2, Classes: 3, Cells: 9, Layers: 3, Bench: 2}},
		{"targets", regression(t), "360", nil, seen{Inner: 360, Background: "rgb(252, 252, 251)", Charts: 3, Layers: 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			page, err := HTML(test.in)
			if err != nil {
				t.Fatal(err)
			}
			got := *look(t, chrome, page, test.width, test.flags...)
			if len(got.Errors) > 0 || got.Requests > 0 {
				t.Errorf("errors %q, %d requests, want none", got.Errors, got.Requests)
			}
			if got.Width > got.Inner {
				t.Errorf("the content is %d wide, the window %d", got.Width, got.Inner)
			}
			if got.Drawn != got.Charts {
				t.Errorf("%d of %d charts are drawn", got.Drawn, got.Charts)
			}
			if got.CodeHeight < 100 {
				t.Errorf("the code of the first layer is %d high", got.CodeHeight)
			}
			got.Errors, got.Width, got.Drawn, got.CodeHeight = nil, 0, 0, 0
			if want := test.want; got.Inner != want.Inner || got.Dark != want.Dark || got.Background != want.Background || got.Charts != want.Charts ||
				got.Classes != want.Classes || got.Cells != want.Cells || got.Layers != want.Layers || got.Bench != want.Bench {
				t.Errorf("seen %+v, want %+v", got, want)
			}
		})
	}
}
