package main

import (
	"cmp"
	"fmt"
	"io"
	goruntime "runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/runtime"
)

// newVersion returns the command that says what this binary is.
func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print what this binary was built from, and what it runs on",
		Example: `  chainrule version`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			build, _ := debug.ReadBuildInfo()
			if build == nil {
				build = &debug.BuildInfo{}
			}
			return printVersion(cmd.OutOrStdout(), build, runtime.VectorTier())
		},
	}
}

// printVersion prints the version of the module and its revision as far as the build tells them, the toolchain, and the
// tiers of vector code that generated packages have to choose from here.
func printVersion(w io.Writer, build *debug.BuildInfo, widest runtime.Tier) error {
	settings := map[string]string{}
	for _, s := range build.Settings {
		settings[s.Key] = s.Value
	}
	revision := cmp.Or(settings["vcs.revision"], "unknown")
	if settings["vcs.modified"] == "true" {
		revision += ", modified"
	}
	var tiers []string
	for t := runtime.TierGeneric; t <= widest; t++ {
		tiers = append(tiers, t.String())
	}
	_, err := fmt.Fprintf(w, "chainrule %s\nrevision: %s\ngo: %s %s/%s\ntiers: %s\n",
		cmp.Or(build.Main.Version, "(devel)"), revision, goruntime.Version(), goruntime.GOOS, goruntime.GOARCH, strings.Join(tiers, ", "))
	return err
}
