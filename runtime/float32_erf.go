package runtime

import "math"

// Near c, erf is a polynomial whose coefficients are erf′(c) times polynomials in
// c: a table of two numbers per c is enough, and 1/16 apart five terms are.

// erfTable holds pairs of erf(c) and erf′(c) = 2/√π·exp(-c²) for c = 0, 1/16,
// 2/16 ..., rounded to nearest. It is only read.
var erfTable = [64]struct{ value, slope float64 }{
	{0, 0x1.20dd750429b6dp+00}, {0x1.207d480e90658p-04, 0x1.1fbd27cdc72d3p+00},
	{0x1.1f5e1a35c3b89p-03, 0x1.1c62fa1e869b6p+00}, {0x1.ac45e37fe2526p-03, 0x1.16e2d7093cd8cp+00},
	{0x1.1af54e232d609p-02, 0x1.0f5d1602f7e41p+00}, {0x1.5da9f415ff23fp-02, 0x1.05fd3ecbec298p+00},
	{0x1.9dd0d2b721f39p-02, 0x1.f5f0cdaf15313p-01}, {0x1.db081ce6e2a48p-02, 0x1.dd167c4cf9d2ap-01},
	{0x1.0a7ef5c18edd2p-01, 0x1.c1efca49a5011p-01}, {0x1.25b8a88b6dd7fp-01, 0x1.a5074e215762p-01},
	{0x1.3f196dcd0f135p-01, 0x1.86e9694134b9ep-01}, {0x1.569243d2b3a9bp-01, 0x1.681ff24b4ab04p-01},
	{0x1.6c1c9759d0e5fp-01, 0x1.492e42d78d2c5p-01}, {0x1.7fb9bfaed8078p-01, 0x1.2a8dcede3673bp-01},
	{0x1.91724951b8fc6p-01, 0x1.0cab61f084b93p-01}, {0x1.a1551a16aaeafp-01, 0x1.dfca26f5bbf88p-02},
	{0x1.af767a741088bp-01, 0x1.a911f096fbc26p-02}, {0x1.bbef0fbde6221p-01, 0x1.75a91a7f4d2edp-02},
	{0x1.c6dad2829ec62p-01, 0x1.45e99bcbb7915p-02}, {0x1.d0580b2cfd249p-01, 0x1.1a0dc51a9934dp-02},
	{0x1.d8865d98abe01p-01, 0x1.e4652fadcb6b2p-03}, {0x1.df85ea8db188ep-01, 0x1.9cb5bd549b111p-03},
	{0x1.e5768c3b4a3fcp-01, 0x1.5ce595c455b0ap-03}, {0x1.ea7730ed0bbb9p-01, 0x1.24a7b84d38971p-03},
	{0x1.eea5557137aep-01, 0x1.e723726b824a9p-04}, {0x1.f21c9f12f0677p-01, 0x1.92470a61b6965p-04},
	{0x1.f4f693b67bd77p-01, 0x1.499d478bca735p-04}, {0x1.f74a6d9a38383p-01, 0x1.0bf97e95f2a64p-04},
	{0x1.f92d077f8d56dp-01, 0x1.b055303221015p-05}, {0x1.fab0dd89d1309p-01, 0x1.5a08e85af27ep-05},
	{0x1.fbe61eef4cf6ap-01, 0x1.12ceb37ff9bc3p-05}, {0x1.fcdacca0bfb73p-01, 0x1.b1160991ff737p-06},
	{0x1.fd9ae142795e3p-01, 0x1.529b9e8cf9a1ep-06}, {0x1.fe307f2b503dp-01, 0x1.06ae13b0d3255p-06},
	{0x1.fea4218d6594ap-01, 0x1.94624e78e0fafp-07}, {0x1.fefcce6813974p-01, 0x1.34d7dbc76d7e5p-07},
	{0x1.ff404760319b4p-01, 0x1.d4143a9dfe965p-08}, {0x1.ff733814af88cp-01, 0x1.5ff2750fe782p-08},
	{0x1.ff9960f3eb327p-01, 0x1.06918b6355624p-08}, {0x1.ffb5bdf67fe6fp-01, 0x1.84ba3004a50dp-09},
	{0x1.ffcaa8f4c9beap-01, 0x1.1d83170fbf6fbp-09}, {0x1.ffd9f78c7524ap-01, 0x1.a024365f771bdp-10},
	{0x1.ffe514bbdc197p-01, 0x1.2ce898809244ep-10}, {0x1.ffed167b12ac2p-01, 0x1.afc85e0f82e12p-11},
	{0x1.fff2cfb0453d9p-01, 0x1.3360ccd23db3ap-11}, {0x1.fff6dee89352ep-01, 0x1.b23a5a23e421p-12},
	{0x1.fff9ba420e834p-01, 0x1.30538fbb77ecdp-12}, {0x1.fffbb8f1049c6p-01, 0x1.a740684026555p-13},
	{0x1.fffd1ac4135f9p-01, 0x1.2408e9ba3327fp-13}, {0x1.fffe0e0140857p-01, 0x1.8fdc1b2dcf7b9p-14},
	{0x1.fffeb3ebb267bp-01, 0x1.0f9e1b4dd36dfp-14}, {0x1.ffff2436a21dcp-01, 0x1.6e2367dc27f95p-15},
	{0x1.ffff6f9f67e55p-01, 0x1.e9b5e8d00ce77p-16}, {0x1.ffffa1de8c582p-01, 0x1.44f21e49054f2p-16},
	{0x1.ffffc316d9edp-01, 0x1.abe09e9144b5ep-17}, {0x1.ffffd8e1a2f22p-01, 0x1.1783ceac2891p-17},
	{0x1.ffffe710d565ep-01, 0x1.6a597219a93dap-18}, {0x1.fffff039f9e8fp-01, 0x1.d21397ead99cbp-19},
	{0x1.fffff618c3da6p-01, 0x1.296a70f414053p-19}, {0x1.fffff9d446cccp-01, 0x1.789fb715aae95p-20},
	{0x1.fffffc2f171e3p-01, 0x1.d9371e2ff7c35p-21}, {0x1.fffffda86faa9p-01, 0x1.26f9df8519bd7p-21},
	{0x1.fffffe92ced93p-01, 0x1.6ce1aa3fd7bddp-22}, {0x1.ffffff233ee1dp-01, 0x1.bfd7555a3bd68p-23},
}

// Erf32 returns erf x = 2/√π·∫exp(-u²)du from 0 to x, within 0.503 ULP; the sign
// of 0 is kept.
func Erf32(x float32) float32 {
	b := math.Float32bits(x)
	if b&^(1<<31) >= 0x407c0000 { // |x| ≥ 63/16, where erf x rounds to ±1; or NaN
		switch {
		case x > 0:
			return 1
		case x < 0:
			return -1
		}
		return x
	}
	const toSixteenth = 0x1.8p48              // so large that adding it rounds to a multiple of 1/16, in the lowest bits
	a := float64(widen(b&^(1<<31)) * 0x1p896) // |x|
	shifted := a + toSixteenth
	at := &erfTable[math.Float64bits(shifted)%64]
	c := shifted - toSixteenth
	h := a - c

	// Taylor's series: erf(c+h) = erf(c) + erf′(c)·h·p,
	// p = 1 - c·h + (2c²-1)/3·h² + (3-2c²)·c/6·h³ + (4c⁴-12c²+3)/30·h⁴ ...
	h2, c2 := float64(h*h), float64(c*c)
	p2 := float64(2.0/3*c2) - 1.0/3
	p3 := float64(c * (1.0/2 - float64(1.0/3*c2)))
	p4 := float64(c2*(float64(2.0/15*c2)-2.0/5)) + 1.0/10
	p := 1 - float64(c*h) + float64(h2*(p2+float64(p3*h)+float64(p4*h2)))
	y := float32(at.value + float64(float64(at.slope*h)*p))
	return math.Float32frombits(math.Float32bits(y) | b&(1<<31))
}
