package main

import (
	"math"
	"math/rand/v2"
	"strconv"
)

// The houses are made, not sold. Each of 400 has
//
//	size      uniform from 0.8 to 3.5, in 1,000 square feet
//	bedrooms  about one per 700 square feet, 1 to 6
//	price     0.4 + 1.1·size + 0.12·size² + 0.2·bedrooms + noise, in $100,000
//
// The noise is what no model can know. It is drawn from the normal distribution
// and then made exact for these houses: its mean and its correlation with the
// formula are taken out, and it is scaled to 2/98 of the variance of the
// formula. So the formula explains 98 % of the variance of the price, and 0.98
// is the best possible R² (of all rows; rounding to $100 moves it by less than
// 0.0001, and the R² of a few test rows scatters by about 0.005).
const (
	housesRows = 400
	housesSeed = 1
	noiseShare = 0.02 // of the variance of the price
)

// A house is one row: what is known of it, and what the formula makes of it.
type house struct{ size, bedrooms float64 }

// price returns the formula without noise. The products are rounded one by one,
// so that every machine gives the same bits.
func (h house) price() float64 {
	return 0.4 + float64(1.1*h.size) + float64(0.12*float64(h.size*h.size)) + float64(0.2*h.bedrooms)
}

// makeHouses returns the rows of houses.csv.
func makeHouses() *table {
	rng := rand.New(rand.NewPCG(housesSeed, 0))
	houses := make([]house, housesRows)
	prices := make([]float64, housesRows)
	noise := make([]float64, housesRows)
	for i := range houses {
		houses[i] = makeHouse(rng)
		prices[i] = houses[i].price()
		noise[i] = rng.NormFloat64()
	}
	scaleNoise(noise, prices)
	t := &table{header: words("size bedrooms price")}
	for i, h := range houses {
		t.rows = append(t.rows, []string{format(h.size, 2), format(h.bedrooms, 0), format(prices[i]+noise[i], 3)})
	}
	return t
}

func makeHouse(rng *rand.Rand) house {
	size := math.Round(80+float64(270*rng.Float64())) / 100
	bedrooms := math.Round(size/0.7 + float64(1.6*rng.Float64()) - 0.8)
	return house{size, min(max(bedrooms, 1), 6)}
}

// scaleNoise makes noise independent of the prices and gives it its share of
// the variance of their sum.
func scaleNoise(noise, prices []float64) {
	center(noise)
	signal := append([]float64(nil), prices...)
	center(signal)
	along := dot(noise, signal) / dot(signal, signal)
	for i := range noise {
		noise[i] -= float64(along * signal[i])
	}
	scale := math.Sqrt(noiseShare / (1 - noiseShare) * dot(signal, signal) / dot(noise, noise))
	for i := range noise {
		noise[i] *= scale
	}
}

// center subtracts the mean.
func center(x []float64) {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	for i := range x {
		x[i] -= sum / float64(len(x))
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i] * b[i])
	}
	return sum
}

// format returns x with so many digits behind the point.
func format(x float64, digits int) string { return strconv.FormatFloat(x, 'f', digits, 64) }
