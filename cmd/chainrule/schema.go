package main

import (
	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/gen/spec"
)

// newSchema returns the command that prints the JSON Schema of specs.
func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of specs, for editors",
		Long: `Schema prints a JSON Schema (draft-07) of the keys of a spec: what each means,
what it may be and what it is when it is not given. Editors with a YAML language
server complete and check a spec that names the file in its first line:

  # yaml-language-server: $schema=chainrule.schema.json`,
		Example: `  chainrule schema > chainrule.schema.json`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(spec.Schema())
			return err
		},
	}
}
