package migrations

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestFilesMustBeCompletePairs(t *testing.T) {
	t.Parallel()
	sql := &fstest.MapFile{Data: []byte("select 1;")}
	for name, files := range map[string]fstest.MapFS{
		"no down":     {"0001_a.up.sql": sql},
		"empty down":  {"0001_a.up.sql": sql, "0001_a.down.sql": &fstest.MapFile{}},
		"same number": {"0001_a.up.sql": sql, "0001_b.down.sql": sql},
		"odd name":    {"1_a.up.sql": sql},
	} {
		if _, err := steps(files); err == nil || !strings.HasPrefix(err.Error(), "migrations: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := steps(fstest.MapFS{"0002_b.up.sql": sql, "0002_b.down.sql": sql, "0001_a.up.sql": sql, "0001_a.down.sql": sql})
	if err != nil || len(got) != 2 || got[0].Name != "a" {
		t.Errorf("the control: %v %v", got, err)
	}
}
