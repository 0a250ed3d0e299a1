package plan

// migration turns the bytes of version From into those of version From+1. It
// works on bytes, never on the Plan type, so a later change of Plan cannot change
// what an old migration does.
type migration struct {
	From int
	Up   func([]byte) ([]byte, error)
}

// migrations are all steps to Version, in order. For each step the folder
// testdata/migrations holds vN.json and vN+1.json; a test refuses a step without them.
var migrations = []migration{}

// migrate carries data from version from to version to.
func migrate(steps []migration, data []byte, from, to int) ([]byte, error) {
	for _, m := range steps {
		if m.From < from || m.From >= to {
			continue
		}
		next, err := m.Up(data)
		if err != nil {
			return nil, err
		}
		data = next
	}
	return data, nil
}

// sniff reads only format and version, whatever else the document holds. The
// version is told even when something later in the document is malformed.
func sniff(data []byte) (int, error) {
	r := &report{}
	s := &scanner{data: data, rep: r}
	format, version := "", 0
	s.object([]string{"format", "version"}, func(name string) bool {
		switch name {
		case "format":
			format = s.text()
		case "version":
			version = int(s.integer(-1<<30, 1<<30))
		default:
			s.skip(0)
		}
		return true
	})
	if len(r.list) == 0 && format != Format {
		r.err("format", "format")
	}
	if len(r.list) > 0 {
		if format != Format {
			version = 0
		}
		return version, Findings(r.list)
	}
	return version, nil
}
