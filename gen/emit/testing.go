package emit

// testing is what the test templates need to know.
type testing struct{ *wiring }

func (n *Network) testing(pkg string) testing { return testing{n.wiring(pkg)} }
