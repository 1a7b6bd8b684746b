package main

import (
	"bytes"
	"errors"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trial"
	"github.com/chainrule-go/chainrule/runtime"
)

// TestRun looks at the exit codes of commands that fail in every way there is.
func TestRun(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		work func() error
		want exit.Code
	}{
		{"done", nil, func() error { return nil }, exit.OK},
		{"mistake in a spec", nil, func() error { return errors.New("m.yaml:1:1: is empty") }, exit.Data},
		{"panic", nil, func() error { panic("no such case") }, exit.Internal},
		{"panic of the training program", nil, func() error { return &trial.CrashError{Text: "panic"} }, exit.Internal},
		{"unknown flag", []string{"--unknown"}, nil, exit.Usage},
		{"too many arguments", []string{"one", "two"}, nil, exit.Usage},
		{"flags that exclude each other", []string{"--one", "--two"}, nil, exit.Usage},
	} {
		cmd := &cobra.Command{
			Use: "chainrule", Args: cobra.MaximumNArgs(1), SilenceUsage: true, SilenceErrors: true,
			RunE: func(*cobra.Command, []string) error { return test.work() },
		}
		cmd.Flags().Bool("one", false, "")
		cmd.Flags().Bool("two", false, "")
		cmd.MarkFlagsMutuallyExclusive("one", "two")
		cmd.SetArgs(append([]string{}, test.args...))
		if got := run(cmd); got != test.want {
			t.Errorf("%s: exit code is %d, want %d", test.name, got, test.want)
		}
	}
}

// TestExamples understands the command lines of all help texts, as far as that goes without running them.
func TestExamples(t *testing.T) {
	line := regexp.MustCompile(`chainrule( [^|>;]*)?`) // what follows is for other programs
	for _, c := range commands(newCommand()) {
		if c.Example == "" {
			t.Errorf("%s has no examples", c.CommandPath())
		}
		for text := range strings.Lines(c.Example) {
			text = strings.TrimSpace(text)
			found := line.FindString(text)
			if found == "" {
				t.Errorf("%s: example %q is of another program", c.CommandPath(), text)
				continue
			}
			args := strings.Fields(found)[1:]
			cmd, rest, err := newCommand().Find(args)
			if err == nil {
				err = cmd.ParseFlags(rest)
			}
			if err == nil {
				err = errors.Join(cmd.ValidateArgs(cmd.Flags().Args()), cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups())
			}
			if err != nil || cmd.CommandPath() != c.CommandPath() {
				t.Errorf("%s: example %q: %v", c.CommandPath(), text, err)
			}
		}
	}
}

// commands returns the commands that do something.
func commands(parent *cobra.Command) []*cobra.Command {
	var list []*cobra.Command
	for _, c := range parent.Commands() {
		if c.Runnable() {
			list = append(list, c)
		}
		list = append(list, commands(c)...)
	}
	return list
}

func TestPrintVersion(t *testing.T) {
	for _, test := range []struct {
		build debug.BuildInfo
		tier  runtime.Tier
		want  string
	}{
		{debug.BuildInfo{}, runtime.TierGeneric, "^chainrule \\(devel\\)\nrevision: unknown\ngo: go.* .+/.+\ntiers: generic\n$"},
		{debug.BuildInfo{
			Main:     debug.Module{Version: "v1.2.3"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123abc"}, {Key: "vcs.modified", Value: "true"}},
		}, runtime.TierAVX512, "^chainrule v1.2.3\nrevision: 0123abc, modified\n(?s:.*)\ntiers: generic, avx2, avx512\n$"},
	} {
		var out bytes.Buffer
		if err := printVersion(&out, &test.build, test.tier); err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(test.want).MatchString(out.String()) {
			t.Errorf("printed %q, want %s", out.String(), test.want)
		}
	}
}
