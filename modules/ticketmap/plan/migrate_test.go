package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// untested lists what is missing for a set of migrations: a gap in the chain, or a
// step without its before and after samples in dir.
func untested(steps []migration, version int, dir string) []string {
	var out []string
	for v := 1; v < version; v++ {
		if len(steps) < v || steps[v-1].From != v {
			out = append(out, fmt.Sprintf("no step from version %d", v))
		}
		for _, f := range []string{fmt.Sprintf("v%d.json", v), fmt.Sprintf("v%d.json", v+1)} {
			if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
				out = append(out, "no sample "+f)
			}
		}
	}
	return out
}

// TestMigrations: every step has samples, and turns the one into the other.
func TestMigrations(t *testing.T) {
	t.Parallel()
	const dir = "testdata/migrations"
	for _, m := range untested(migrations, Version, dir) {
		t.Error(m)
	}
	for _, m := range migrations {
		before, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("v%d.json", m.From)))
		if err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("v%d.json", m.From+1)))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := m.Up(before); err != nil || string(got) != string(after) {
			t.Errorf("step %d: %v\n%s", m.From, err, got)
		}
	}
}

// TestMigrationsAreMissed is the negative control: a step without samples is told.
func TestMigrationsAreMissed(t *testing.T) {
	t.Parallel()
	up := func(b []byte) ([]byte, error) { return append(b, '!'), nil }
	steps := []migration{{1, up}, {2, up}}
	if got := untested(steps, 3, t.TempDir()); len(got) != 4 {
		t.Errorf("missed: %v", got)
	}
	if got := untested(nil, 2, t.TempDir()); len(got) != 3 {
		t.Errorf("missed: %v", got)
	}
	if got, err := migrate(steps, []byte("x"), 1, 3); err != nil || string(got) != "x!!" {
		t.Errorf("chain: %q %v", got, err)
	}
	if got, err := migrate(steps, []byte("x"), 2, 3); err != nil || string(got) != "x!" {
		t.Errorf("chain from 2: %q %v", got, err)
	}
}
