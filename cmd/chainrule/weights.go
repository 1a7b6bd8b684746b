package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/foreign"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/weights"
	"github.com/chainrule-go/chainrule/runtime"
)

// newWeights returns the commands for files of weights.
func newWeights() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "weights",
		Short: "Look at files of weights, and import those of other software",
	}
	cmd.AddCommand(newWeightsImport(), newWeightsShow())
	return cmd
}

// newWeightsImport returns the command that imports weights.
func newWeightsImport() *cobra.Command {
	var names, ignore []string
	var transpose bool
	var o weights.Options
	var path string
	cmd := &cobra.Command{
		Use:   "import spec file",
		Short: "Make the weights file of a network from that of other software",
		Long: `Import writes the weights file of a network from one that PyTorch, Keras,
scikit-learn or NumPy has written, as safetensors or npz, or from one of this
network before its spec changed:

  safetensors.torch.save_file(model.state_dict(), "model.safetensors")
  numpy.savez("model.npz", **{v.path: v.numpy() for v in model.weights})  # Keras
  numpy.savez("model.npz", coefs_0=mlp.coefs_[0], intercepts_0=mlp.intercepts_[0], …)

Tensors of the same name belong together; else layers do in the order of the
numbers in their names (0.weight, 2.weight; dense/kernel, dense_1/kernel; coefs_0),
or by their shapes where these leave no choice. --map names tensors, or layers, that
belong together otherwise. Matrices called weight are [out,in], kernel and coefs_0
are [in,out]; of others the shapes decide, or --transpose.

Every tensor of the network must be found, and every tensor of the file used, or
nothing is written. With --partial, what does not fit keeps the initial values of
the spec, and what is left of the file is not used.

A network that normalises its inputs takes mean_ and scale_ (or data_min_ and
data_range_, center_ and scale_) of a scaler in the file; other names with
--map input.offset=… and input.scale=…, and those of the targets with
output.offset and output.scale. Without them nothing is normalised.`,
		Example: `  chainrule weights import model.yaml model.safetensors
  chainrule weights import model.yaml model.npz --map dense1=encoder --map dense2=decoder
  chainrule weights import model.yaml model.npz --map input.offset=means --map input.scale=deviations
  chainrule weights import model.yaml old.safetensors --partial`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, files []string) error {
			o.Names = map[string]string{}
			for _, pair := range names {
				our, their, ok := strings.Cut(pair, "=")
				if _, twice := o.Names[our]; !ok || our == "" || their == "" || twice {
					return exit.Errorf(exit.Usage, "--map: is %q, want ours=theirs, each of ours once", pair)
				}
				o.Names[our] = their
			}
			o.Ignore = ignore
			if cmd.Flags().Changed("transpose") {
				o.Layout = map[bool]weights.Layout{true: weights.InOut, false: weights.OutIn}[transpose]
			}
			return importWeights(cmd.OutOrStdout(), files[0], files[1], path, o)
		},
	}
	cmd.Flags().StringArrayVar(&names, "map", nil, "tensor or layer of the network, and what it is called in the file: ours=theirs (may be repeated)")
	cmd.Flags().StringArrayVar(&ignore, "ignore", nil, "tensor of the file that is not wanted (may be repeated)")
	cmd.Flags().BoolVar(&transpose, "transpose", false, "the file's matrices are [in,out]; --transpose=false: [out,in] (default: by their names and shapes)")
	cmd.Flags().BoolVar(&o.Partial, "partial", false, "keep what fits; the rest is initialised")
	cmd.Flags().StringVar(&path, "weights", "", "file to write (default: <name>.safetensors in the package, or beside the spec)")
	return cmd
}

// importWeights writes a weights file and prints what has become of what.
func importWeights(out io.Writer, specFile, file, path string, o weights.Options) error {
	s, err := source.Read(specFile)
	if err != nil {
		return err
	}
	theirs, err := foreign.Read(file)
	if err != nil {
		return err
	}
	if path == "" {
		path = s.WeightsFile()
	}
	rows, err := weights.Import(path, s.Model, theirs, o)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.Name, weights.Dims(r.Shape), r.From)
	}
	fmt.Fprintf(table, "wrote %s\n", path)
	return table.Flush()
}

// newWeightsShow returns the command that lists the tensors of a file.
func newWeightsShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show file",
		Short: "List the tensors of a file of weights, safetensors or npz",
		Long: `Show lists the tensors of a file with their types and shapes. Of a file that
chainrule train has written it also says on which tier of vector code: generic,
avx2 or avx512, on which the same training has the same bits again; strict, where
it has them on every tier; mixed, where it was resumed on another tier; unknown
for an import.`,
		Example: `  chainrule weights show model.npz
  chainrule weights show iris/iris.safetensors`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			f, err := foreign.Read(files[0])
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, t := range f.Tensors {
				fmt.Fprintf(table, "%s\t%s\t%s\n", weights.Quoted(t.Name), t.Type, weights.Dims(t.Shape))
			}
			if tier := f.Metadata[runtime.TierKey]; tier != "" {
				fmt.Fprintf(table, "trained on: %s\n", weights.Quoted(tier))
			}
			return table.Flush()
		},
	}
}
