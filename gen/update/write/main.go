// Command write writes the generated files of package runtime into the folder that it is given.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/chainrule-go/chainrule/gen/update"
)

func main() {
	log.SetFlags(0)
	files, err := update.Files()
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(os.Args[1], f.Path), f.Content, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
