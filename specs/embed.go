// Package specs embeds the worked examples: one YAML file per network, and the
// data of those that come with it. README.md names the sources of the data.
package specs

import "embed"

//go:generate go run ../cmd/chainrule generate --out ../generated .

// Files holds the specs and the data. The data is listed file by file: seeds.csv
// and mnist.csv, which users put here, are not to be part of the binary.
//
//go:embed *.yaml houses.csv iris.csv digits.csv.gz wine.csv breast_cancer.csv diabetes.csv
var Files embed.FS
