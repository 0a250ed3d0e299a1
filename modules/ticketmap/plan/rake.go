package plan

// RakeOf is the rake of a section: its own, else its level's; nil where neither says.
func (p *Plan) RakeOf(section string) *Rake {
	for i := range p.Sections {
		s := &p.Sections[i]
		if s.ID != section {
			continue
		}
		if s.Rake != nil {
			return s.Rake
		}
		for j := range p.Levels {
			if p.Levels[j].ID == s.Level {
				return p.Levels[j].Rake
			}
		}
	}
	return nil
}

// At is the height of the floor under a seat: row counts from 0 at the front,
// behind is how far the seat stands behind the first row, in millimetres.
func (r *Rake) At(row int, behind int32) int32 {
	if len(r.Steps) > 0 {
		h := r.Base
		for i := range row {
			h += r.Steps[min(i, len(r.Steps)-1)]
		}
		return h
	}
	d := int64(max(0, behind))
	return r.Base + int32((d*int64(r.Slope)+500)/1000) + int32((d*d*int64(r.Curve)+500_000)/1_000_000)
}

// rakes checks every rake: steps and a slope do not go together.
func (v *validator) rakes() {
	one := func(path string, r *Rake) {
		if r == nil {
			return
		}
		within := func(n, low, high int32) bool { return n >= low && n <= high }
		ok := within(r.Base, MinBase, MaxBase) && within(r.Slope, 0, MaxSlope) && within(r.Curve, 0, MaxCurve) && len(r.Steps) <= MaxSteps
		for _, s := range r.Steps {
			ok = ok && within(s, 0, MaxRise)
		}
		if r.Parapet != nil {
			ok = ok && within(r.Parapet.Height, 1, MaxRail) && within(r.Parapet.Before, 0, MaxBefore)
		}
		if !ok || (len(r.Steps) > 0 && (r.Slope != 0 || r.Curve != 0)) {
			v.err("rake", path)
		}
	}
	for i := range v.plan.Levels {
		one(at("levels", i, "rake"), v.plan.Levels[i].Rake)
	}
	for i := range v.plan.Sections {
		one(at("sections", i, "rake"), v.plan.Sections[i].Rake)
	}
}
