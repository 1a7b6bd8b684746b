// Package reference is a neural network as a textbook writes it: layers behind
// an interface, sizes known at run time, float64, forward and backward by hand.
//
// It is the oracle against which generated code is tested and the baseline
// against which its speed is measured. So it shares no code with the generator
// or the runtime, and prefers the plain loop to the clever one.
//
// A network is a chain of layers that ends in a number, the loss:
//
//	x → layer₁ → layer₂ → … → layerₙ → y → loss(y, target) = L
//
// Forward walks the chain from left to right; every layer remembers what it
// will need on the way back. Backward walks it from right to left and carries
// one vector, the gradient of L by what the layer gave. Each layer
// turns that into the gradient by what the layer took (the chain rule):
//
//	dx[i] = ∂L/∂x[i] = Σₒ ∂L/∂y[o]·∂y[o]/∂x[i] = Σₒ dy[o]·∂y[o]/∂x[i]
//
// and, if it has weights, into the gradient by its weights in the same way. A d
// before a name always means ∂L/∂name: dx, dy, dz, dw, db.
//
// Where to read on: dense.go (weights), activation.go (nonlinearities), loss.go
// (what is minimized), network.go (the two walks and the step downhill),
// difference.go (how to check a gradient without knowing calculus).
package reference
