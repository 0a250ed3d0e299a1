package plan

// groups checks areas, tables and boxes, and that each seat has one home.
func (v *validator) groups() {
	p := v.plan
	for i := range p.Areas {
		a := &p.Areas[i]
		v.ref(at("areas", i, "section"), a.Section, "section")
		v.name(at("areas", i, "name"), a.Name, 100, false)
		v.name(at("areas", i, "label"), a.Label, 32, false)
		v.outline(at("areas", i, "outline"), a.Outline)
		if a.Capacity < 1 || a.Capacity > MaxCapacity {
			v.err("range", at("areas", i, "capacity"), 1, MaxCapacity)
		}
	}
	for i := range p.Tables {
		t := &p.Tables[i]
		v.ref(at("tables", i, "section"), t.Section, "section")
		v.name(at("tables", i, "label"), t.Label, 32, false)
		if !inRange(t.X, t.Y) || t.Radius < 1 || t.Radius > MaxCoordinate {
			v.err("range", at("tables", i, ""), -MaxCoordinate, MaxCoordinate)
		}
		v.members(at("tables", i, "seats"), t.ID, t.Seats, false)
	}
	for i := range p.Boxes {
		b := &p.Boxes[i]
		v.ref(at("boxes", i, "level"), b.Level, "level")
		v.name(at("boxes", i, "name"), b.Name, 100, false)
		v.outline(at("boxes", i, "outline"), b.Outline)
		v.members(at("boxes", i, "seats"), b.ID, b.Seats, true)
	}
	for i := range p.Seats {
		s := &p.Seats[i]
		if s.Row == "" && v.home[s.ID] == "" {
			v.err("seat_homeless", at("seats", i, ""), s.ID)
		}
	}
}

// members registers the seats of a table or box. Only a box may list seats of rows.
func (v *validator) members(path, id string, seats []int32, rows bool) {
	for _, s := range seats {
		i, ok := v.seats[s]
		switch {
		case !ok:
			v.err("dangling", path, s, kindsZh["seat"], "seat")
		case v.home[s] != "":
			v.err("seat_two_homes", path, s, v.home[s], id)
		case !rows && v.plan.Seats[i].Row != "":
			v.err("seat_two_homes", path, s, v.plan.Seats[i].Row, id)
		default:
			v.home[s] = id
		}
	}
}

func (v *validator) companions() {
	for i := range v.plan.Seats {
		s := &v.plan.Seats[i]
		if s.CompanionOf == 0 {
			continue
		}
		j, ok := v.seats[s.CompanionOf]
		if !ok || s.Kind != Companion || v.plan.Seats[j].Kind != Accessible {
			v.err("companion", at("seats", i, "")+"[7]", s.ID)
		}
	}
}

func (v *validator) shapes() {
	for i := range v.plan.Shapes {
		s := &v.plan.Shapes[i]
		switch s.Kind {
		case Stage, Screen, Aisle, Entrance, Label, Buffer, Wall, Image:
		default:
			v.err("choice", at("shapes", i, "kind"), clip(string(s.Kind)), "stage, screen, aisle, entrance, label, buffer, wall, image")
		}
		if s.Level != "" {
			v.ref(at("shapes", i, "level"), s.Level, "level")
		}
		v.name(at("shapes", i, "text"), s.Text, 200, true)
		if (s.At == nil) == (len(s.Outline) == 0) {
			v.err("shape_place", at("shapes", i, ""))
		}
		if len(s.Outline) > 0 {
			v.outline(at("shapes", i, "outline"), s.Outline)
		}
		if s.At != nil && !inRange(s.At.X, s.At.Y) {
			v.err("range", at("shapes", i, "at"), -MaxCoordinate, MaxCoordinate)
		}
		if s.Rotation < -359 || s.Rotation > 359 {
			v.err("range", at("shapes", i, "rotation"), -359, 359)
		}
	}
}

// categories checks runs and that nothing stands in two categories. Runs may
// name ids that no seat has: a dropped seat leaves the run as it was.
func (v *validator) categories() {
	var all []owned
	objects := map[string]string{}
	for i := range v.plan.Categories {
		c := &v.plan.Categories[i]
		v.name(at("categories", i, "name"), c.Name, 100, false)
		if !ValidColor(c.Color) {
			v.err("color", at("categories", i, "color"))
		}
		last := int32(-1)
		for _, r := range c.Seats {
			if r.First < 1 || r.Last < r.First || r.Last > MaxSeatID || r.First <= last+1 && last > 0 {
				v.err("runs", at("categories", i, "seats"))
				break
			}
			last = r.Last
			all = append(all, owned{r, c.ID, i})
		}
		for _, o := range c.Objects {
			if k := v.kind[o]; k != "area" && k != "table" {
				v.err("dangling", at("categories", i, "objects"), clip(o), kindsZh["area or table"], "area or table")
			} else if other := objects[o]; other != "" {
				v.err("two_categories", at("categories", i, "objects"), o, other)
			}
			objects[o] = c.ID
		}
	}
	sortOwned(all)
	for i := 1; i < len(all); i++ {
		if all[i].First <= all[i-1].Last {
			v.err("two_categories", at("categories", all[i].index, "seats"), all[i].First, all[i-1].id)
		}
	}
}

func (v *validator) bounds() {
	b := v.plan.Bounds
	if b.Min.X > b.Max.X || b.Min.Y > b.Max.Y || !inRange(b.Min.X, b.Min.Y, b.Max.X, b.Max.Y) {
		v.err("bounds", "bounds")
		return
	}
	if got, any := Extent(v.plan); any && (got.Min.X < b.Min.X || got.Min.Y < b.Min.Y || got.Max.X > b.Max.X || got.Max.Y > b.Max.Y) {
		v.err("bounds", "bounds")
	}
}
