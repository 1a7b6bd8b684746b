package graph

import "testing"

// The text of a graph is its documentation, so what the chain rule adds to the
// toys is written out here.
func TestString(t *testing.T) {
	conv := convolution()
	conv.Loss = nil
	gradients := conv.Chain([]Pair{{conv.Lookup("toy.y"), conv.Lookup("c0")}}, conv.Parameters())
	for i, p := range conv.Parameters() {
		conv.Gradients = append(conv.Gradients, Pair{p, gradients[i]})
	}
	rnn, node := recurrence(false)
	dh := rnn.Leaf(Input, "", "dlast", node.Outs[0].Axes...)
	rnn.Chain([]Pair{{node.Outs[0], dh}}, []*Value{rnn.Lookup("toy.u")})
	tests := []struct {
		name, got, want string
	}{
		{"convolution", conv.String(), convolutionText},
		{"recurrence", rnn.String(), recurrenceText},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, test.got, test.want)
		}
	}
}

const convolutionText = `graph convolution
parameter  x[n,c=2,t=7]
parameter  toy.w[o=3,c=2,k=3]
parameter  toy.b[o=3]
input      c0[n,o=3,p=4]
scale      scale
toy        toy.windows[n,p=4,c=2,k=3]   window "nct->npck" size 3 stride 2 pad 1 x                windows[n,p,c,k] = x[n,c,2·p+k−1]
toy        toy.y[n,o=3,p=4]             contract "npck,ock,o->nop" toy.windows toy.w toy.b        y[n,o,p] = b[o] + Σ_ck windows[n,p,c,k]·w[o,c,k]
toy        toy.q[n,o=3,p=4]             map "nop,nop->nop" toy.y c0                               q[n,o,p] = y[n,o,p]·c0[n,o,p]
toy        toy.part[n]                  reduce sum "nop->n" toy.q                                 part[n] = Σₒₚ q[n,o,p]
toy        toy.L[n]                     map "n->n" toy.part                                       L[n] = part[n]
toy        toy.db[o=3]                  reduce sum "nop->o" c0                                    db[o] = Σₙₚ c0[n,o,p]
toy        toy.dw[o=3,c=2,k=3]          contract "nop,npck->ock" c0 toy.windows                   dw[o,c,k] = Σₙₚ c0[n,o,p]·windows[n,p,c,k]
toy        toy.dwindows[n,p=4,c=2,k=3]  contract "nop,ock->npck" c0 toy.w                         dwindows[n,p,c,k] = Σₒ c0[n,o,p]·w[o,c,k]
toy        dx[n,c=2,t=7]                windowAdd "npck->nct" size 3 stride 2 pad 1 toy.dwindows  dx[n,c,t] = Σₚₖ dwindows[n,p,c,k] where 2·p+k−1 = t
gradient   dx                           of x
gradient   toy.dw                       of toy.w
gradient   toy.db                       of toy.b
`

const recurrenceText = `graph recurrence
parameter  h[n,o=3]
parameter  x[n,t=4,i=2]
parameter  toy.w[o=3,i=2]
parameter  toy.u[o=3,j=3]
parameter  toy.b[o=3]
input      dlast[n,o=3]
toy        toy.last[n,o=3] toy.y[n,t=4,o=3] toy.h[n,t=4,o=3]  scan cell over t=4 h x toy.w toy.u toy.b                                      last, y[t], h[t] = cell(h, x[t], w, u, b)
toy        toy.zeros[o=3,j=3]                                 map "oj"                                                                      zeros[o,j] = 0
toy        dh[n,o=3] toy.du[o=3,j=3]                          scan cellBackward over t=4 reverse dlast toy.zeros toy.h x toy.w toy.u toy.b  dh, du = cellBackward(dlast, zeros, h[t], x[t], w, u, b)

graph cell
input  h[n,o=3]
input  x[n,i=2]
input  w[o=3,i=2]
input  u[o=3,j=3]
input  b[o=3]
       a[n,o=3]  contract "ni,oi,o->no" x w b   a[n,o] = b[o] + Σᵢ x[n,i]·w[o,i]
       z[n,o=3]  contract "nj,oj,no->no" h u a  z[n,o] = a[n,o] + Σⱼ h[n,j]·u[o,j]
       y[n,o=3]  map "no->no" z                 y[n,o] = tanh(z[n,o])

graph cellBackward
input  h[n,o=3]
input  x[n,i=2]
input  w[o=3,i=2]
input  u[o=3,j=3]
input  b[o=3]
input  dy[n,o=3]
input  dy2[n,o=3]
input  sum[o=3,j=3]
       a[n,o=3]       contract "ni,oi,o->no" x w b   a[n,o] = b[o] + Σᵢ x[n,i]·w[o,i]
       z[n,o=3]       contract "nj,oj,no->no" h u a  z[n,o] = a[n,o] + Σⱼ h[n,j]·u[o,j]
       y[n,o=3]       map "no->no" z                 y[n,o] = tanh(z[n,o])
       dz[n,o=3]      map "no,no->no" dy y           dz[n,o] = dy[n,o]·(1 − y[n,o]²)
       du[o=3,j=3]    contract "no,nj->oj" dz h      du[o,j] = Σₙ dz[n,o]·h[n,j]
       dh[n,o=3]      contract "no,oj->nj" dz u      dh[n,j] = Σₒ dz[n,o]·u[o,j]
       sum2[o=3,j=3]  map "oj,oj->oj" sum du         sum2[o,j] = sum[o,j] + du[o,j]
`
