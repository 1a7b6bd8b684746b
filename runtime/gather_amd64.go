//go:build !purego

package runtime

import (
	"reflect"
	"unsafe"
)

// gatherRows sets dst to rows of src, each of so many bytes: at least vectorBytes.
//
//go:noescape
func gatherRows(dst, src unsafe.Pointer, rows []int, size int)

// vectorBytes is the size of the smallest row that vector registers copy.
const vectorBytes = 32

// copiesWide tells whether vector registers copy rows of a type: arrays of numbers, in which the garbage collector finds no
// pointers.
func copiesWide[X any]() bool {
	t := reflect.TypeFor[X]()
	if tier == TierGeneric || t.Kind() != reflect.Array || t.Size() < vectorBytes {
		return false
	}
	return t.Elem().Kind() == reflect.Float32 || t.Elem().Kind() == reflect.Float64
}

// copyWide sets dst to rows of src, where copiesWide allows it. There is a row of src for every index.
func copyWide[X any](dst, src []X, rows []int) {
	if len(rows) > 0 && len(src) > 0 {
		gatherRows(unsafe.Pointer(&dst[:len(rows)][0]), unsafe.Pointer(&src[0]), rows, int(unsafe.Sizeof(src[0])))
	}
}
