package generate_test

import (
	"bytes"
	"os"
	"path/filepath"
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

// TestLiveHouseRake: the one demo plan that no generator makes has heights as well, in canonical text; its balcony sees the
// stage over its rail and over the row before.
func TestLiveHouseRake(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(demoPlans, "livehouse.plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := plan.Encode(p); err != nil || !bytes.Equal(again, text) {
		t.Errorf("the file is not canonical: %v", err)
	}
	for _, s := range p.Sections {
		if p.RakeOf(s.ID) == nil {
			t.Errorf("section %s has no rake", s.Label)
		}
	}
	stage := p.Shapes[0].Height
	if stage <= 0 {
		t.Fatal("the stage has no height")
	}
	// Rows 950 mm apart, the first 25.5 m from the focal point.
	const eyes, first, pitch = 1200, 25_500, 950
	r := p.RakeOf("s3")
	sight := func(row int, nearer float64) float64 {
		d, h := float64(first+row*pitch), float64(r.At(row, 0)+eyes)
		return h - (h-float64(stage))*nearer/d
	}
	if rail := float64(r.Base + r.Parapet.Height); sight(0, float64(r.Parapet.Before)) < rail {
		t.Errorf("the rail at %.0f mm hides the stage from the first row", rail)
	}
	for row := 1; row < 3; row++ {
		if c := sight(row, pitch) - float64(r.At(row-1, 0)+eyes); c < 60 {
			t.Errorf("row %d sees %.0f mm over the row before", row+1, c)
		}
	}
}
