package generate_test

import (
	"testing"

	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/plan/generate"
)

// TestRakes: every section of a generated hall has a rake; rows behind the first rise but on a flat floor, a level begins over
// the end of the one before, what stands on a stage can be computed, and balconies have their parapet.
func TestRakes(t *testing.T) {
	t.Parallel()
	for name, g := range generate.Kinds() {
		p, err := g.Generate()
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]int{}
		for _, r := range p.Rows {
			rows[r.Section]++
		}
		highest := map[string]int32{}
		for _, s := range p.Sections {
			r := p.RakeOf(s.ID)
			if r == nil {
				t.Fatalf("%s: section %s has no rake", name, s.Label)
			}
			flat := p.Levels[0].Name == "内场" && s.Level == p.Levels[0].ID || r == s.Rake && r.Parapet == nil
			for i := 1; i < rows[s.ID] && !flat; i++ {
				if rise := r.At(i, 0) - r.At(i-1, 0); rise < 60 || rise > 700 {
					t.Errorf("%s %s: row %d rises %d mm", name, s.Label, i+1, rise)
				}
			}
			highest[s.Level] = max(highest[s.Level], r.At(rows[s.ID]-1, 0))
		}
		for i, l := range p.Levels {
			if i == 0 || p.Levels[0].Name == "内场" && i == 1 {
				continue
			}
			if l.Rake.Parapet == nil {
				t.Errorf("%s: %s has no parapet", name, l.Name)
			}
			if below := highest[p.Levels[i-1].ID]; l.Rake.Base < below+2500 {
				t.Errorf("%s: %s begins at %d mm, the level below ends at %d", name, l.Name, l.Rake.Base, below)
			}
		}
		staged := false
		for _, s := range p.Shapes {
			staged = staged || (s.Kind == plan.Stage || s.Kind == plan.Screen) && s.Height > 0
		}
		if !staged {
			t.Errorf("%s: the height of stage or screen is not known", name)
		}
		t.Logf("%s: %v", name, highest)
	}
}
