package plan

import (
	"bytes"
	"slices"
	"strconv"
)

// migration turns the bytes of version From into those of version From+1. It
// works on bytes, never on the Plan type, so a later change of Plan cannot change
// what an old migration does.
type migration struct {
	From int
	Up   func([]byte) ([]byte, error)
}

// migrations are all steps to Version, in order. For each step the folder
// testdata/migrations holds vN.json and vN+1.json; a test refuses a step without them.
var migrations = []migration{
	{From: 1, Up: restamp(1, 2)}, // 2 adds rakes and heights; a document of 1 says nothing of them
}

// restamp is the step of a version that only adds members: it writes another
// number of as many digits where the version stands and leaves every other byte.
func restamp(from, to int) func([]byte) ([]byte, error) {
	return func(data []byte) ([]byte, error) {
		before, after := []byte(strconv.Itoa(from)), []byte(strconv.Itoa(to))
		at := versionAt(data)
		if at < 0 || !bytes.HasPrefix(data[at:], before) || len(before) != len(after) {
			r := &report{}
			r.err("version", "version", from, to)
			return nil, Findings(r.list)
		}
		return slices.Concat(data[:at], after, data[at+len(before):]), nil
	}
}

// versionAt is where the number of the version begins, or -1.
func versionAt(data []byte) int {
	at := -1
	s := &scanner{data: data, rep: &report{}}
	s.object([]string{"version"}, func(name string) bool {
		if name == "version" && at < 0 {
			s.blank()
			at = s.at
		}
		s.skip(0)
		return true
	})
	return at
}

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
