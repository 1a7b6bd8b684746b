package kernel

// builder collects the statements of a function and knows what is defined where it stands.
type builder struct {
	body   *[]Stmt
	scopes []map[string]string // key of an element or row → the name that holds it
}

func newBuilder(f *Func) *builder {
	return &builder{body: &f.Body, scopes: []map[string]string{{}}}
}

func (b *builder) add(s Stmt) { *b.body = append(*b.body, s) }

// within collects the statements of a nested body; what it defines ends with it.
func (b *builder) within(body *[]Stmt, f func()) {
	outer := b.body
	b.body = body
	b.scopes = append(b.scopes, map[string]string{})
	f()
	b.scopes = b.scopes[:len(b.scopes)-1]
	b.body = outer
}

// lookup returns the name that holds the element or row with that key.
func (b *builder) lookup(key string) (string, bool) {
	for i := len(b.scopes) - 1; i >= 0; i-- {
		if name, ok := b.scopes[i][key]; ok {
			return name, true
		}
	}
	return "", false
}

// once adds the statement that defines a name, unless it stands already.
func (b *builder) once(key, name string, s Stmt) {
	if _, ok := b.lookup(key); ok {
		return
	}
	b.scopes[len(b.scopes)-1][key] = name
	b.add(s)
}

// defines tells whether a register has that name.
func (b *builder) defines(name string) bool {
	_, ok := b.lookup("register " + name)
	return ok
}

// set gives a register its value, defining it where it is new.
func (b *builder) set(name string, x Expr) {
	key := "register " + name
	if _, ok := b.lookup(key); ok {
		b.add(Assign{Name: name, X: x})
		return
	}
	b.scopes[len(b.scopes)-1][key] = name
	b.add(Let{Name: name, X: x})
}
