package spec

// The limits of a spec, in one table. They keep a mistyped zero, or a hostile
// file, from costing memory and time; none is a limit of the method.
const (
	maxBytes         = 1 << 20   // of the YAML file
	maxDepth         = 64        // nested lists and mappings
	maxLayers        = 64        // the generator writes a function or more for each
	maxWidth         = 16_384    // inputs, features, classes, as maxUnits
	maxLevels        = 250       // of a categorical feature: they and the unknown one fit into a byte
	maxUnits         = 16_384    // outputs of a layer: Go puts local arrays of more than 128 KB on the heap
	maxParameters    = 8_000_000 // 32 MB as float32
	maxRows          = 10_000    // inline; more rows belong into a CSV file
	maxNumbers       = 250_000   // that the source holds one by one, of rows and given weights: Go takes 3 s and 350 MB for them
	maxWorkers       = 1024
	maxBatch         = 1_000_000
	maxEpochs        = 10_000_000
	maxNameLength    = 64  // a package or a layer: it becomes a file name
	maxTextLength    = 200 // a feature, a class, a path
	maxErrorsPrinted = 10
)
