package plan

// Decode reads a document of any version this build knows and migrates it to
// Version. It refuses what breaks a rule of FORMAT.md: the error is Findings
// with codes plan.*, never a half-read plan. Time and memory are bounded by the limits.
func Decode(data []byte) (*Plan, error) {
	r := &report{}
	if len(data) > MaxBytes {
		r.err("too_large", ".", MaxBytes)
		return nil, Findings(r.list)
	}
	version, err := sniff(data)
	if err != nil && (version < 1 || version > Version) { // else the reader says it with a better path
		return nil, err
	}
	if version < 1 || version > Version {
		r.err("version", "version", version, Version)
		return nil, Findings(r.list)
	}
	if data, err = migrate(migrations, data, version, Version); err != nil {
		return nil, err
	}
	return decodeCurrent(data)
}

func decodeCurrent(data []byte) (*Plan, error) {
	r := &report{}
	p := &Plan{}
	d := &decoder{scanner: scanner{data: data, rep: r}, plan: p}
	d.document()
	d.end()
	if len(r.list) == 0 {
		validate(p, r)
	}
	if len(r.list) > 0 {
		return nil, Findings(r.list)
	}
	return p, nil
}

type decoder struct {
	scanner
	plan   *Plan
	points int
}

func (d *decoder) document() {
	p := d.plan
	need := []string{"format", "version", "name", "unit", "nextSeatId", "levels", "sections", "rows", "seatColumns", "seats", "bounds"}
	d.object(need, func(name string) bool {
		switch name {
		case "format":
			if d.text() != Format {
				d.fail("format")
			}
		case "version":
			if d.integer(0, 1<<30) != Version {
				d.fail("version", "?", Version)
			}
		case "unit":
			if d.text() != Unit {
				d.fail("unit")
			}
		case "name":
			p.Name = d.label(100)
		case "nextSeatId":
			p.NextSeatID = d.integer(1, MaxSeatID+1)
		case "seatColumns":
			d.columns()
		case "seats":
			d.array(MaxSeats, func(int) { p.Seats = append(p.Seats, d.seat()) })
		case "bounds":
			d.bounds()
		default:
			return d.records(name)
		}
		return true
	})
}

func (d *decoder) records(name string) bool {
	p := d.plan
	switch name {
	case "levels":
		d.array(MaxOthers, func(int) { p.Levels = append(p.Levels, d.level()) })
	case "categories":
		d.array(MaxOthers, func(int) { p.Categories = append(p.Categories, d.category()) })
	case "sections":
		d.array(MaxSections, func(int) { p.Sections = append(p.Sections, d.section()) })
	case "rows":
		d.array(MaxRows, func(int) { p.Rows = append(p.Rows, d.row()) })
	case "areas":
		d.array(MaxOthers, func(int) { p.Areas = append(p.Areas, d.area()) })
	case "tables":
		d.array(MaxOthers, func(int) { p.Tables = append(p.Tables, d.table()) })
	case "boxes":
		d.array(MaxOthers, func(int) { p.Boxes = append(p.Boxes, d.boxRecord()) })
	case "shapes":
		d.array(MaxOthers, func(int) { p.Shapes = append(p.Shapes, d.shape()) })
	default:
		return false
	}
	return true
}

func (d *decoder) columns() {
	n := 0
	d.array(len(SeatColumns), func(i int) {
		if d.text() != SeatColumns[i] {
			d.fail("columns")
		}
		n++
	})
	if n != len(SeatColumns) && !d.bad {
		d.fail("columns")
	}
}

func (d *decoder) bounds() {
	var v [4]int32
	n := 0
	d.array(4, func(i int) { v[i] = d.coordinate(); n++ })
	if n != 4 || v[0] > v[2] || v[1] > v[3] {
		d.fail("bounds")
		return
	}
	d.plan.Bounds = Rect{Point{v[0], v[1]}, Point{v[2], v[3]}}
}

// seat reads one seat array.
func (d *decoder) seat() Seat {
	var s Seat
	n := 0
	d.array(len(SeatColumns), func(i int) {
		n++
		switch i {
		case 0:
			s.ID = d.integer(1, MaxSeatID)
		case 1:
			if !d.null() {
				s.Row = d.id()
			}
		case 2:
			s.Number = d.label(32)
		case 3:
			s.X = d.coordinate()
		case 4:
			s.Y = d.coordinate()
		case 5:
			s.Kind = Kind(d.integer(0, int32(kinds)-1))
		case 6:
			s.View = View(d.integer(0, int32(views)-1))
		case 7:
			if !d.null() {
				s.CompanionOf = d.integer(1, MaxSeatID)
			}
		case 8:
			s.Entrance = d.optional(32)
		case 9:
			s.Note = d.optional(200)
		}
	})
	if n < 7 {
		d.fail("seat_length")
	}
	return s
}

func (d *decoder) coordinate() int32 { return d.integer(-MaxCoordinate, MaxCoordinate) }

// id reads the id of a record.
func (d *decoder) id() string {
	v := d.text()
	if !d.bad && !ValidID(v) {
		d.fail("id", clip(v))
	}
	return v
}

// label reads text of 1 to limit characters.
func (d *decoder) label(limit int) string {
	v := d.text()
	if !d.bad && !validText(v, limit) {
		d.fail("text", limit)
	}
	return v
}

// optional reads text or null; empty text is as null.
func (d *decoder) optional(limit int) string {
	if d.null() {
		return ""
	}
	v := d.text()
	if v != "" && !d.bad && !validText(v, limit) {
		d.fail("text", limit)
	}
	return v
}

func (d *decoder) point() Point {
	var v [2]int32
	n := 0
	d.array(2, func(i int) { v[i] = d.coordinate(); n++ })
	if n != 2 {
		d.fail("type", "[x, y]", "[x, y]")
	}
	return Point{v[0], v[1]}
}

func (d *decoder) outline() []Point {
	var out []Point
	d.array(MaxOutlinePoints, func(int) { out = append(out, d.point()) })
	d.points += len(out)
	switch {
	case d.bad:
	case len(out) < 3:
		d.fail("outline")
	case d.points > MaxPoints:
		d.fail("too_many", MaxPoints)
	}
	return out
}

func (d *decoder) seatIDs() []int32 {
	var out []int32
	d.array(MaxSeats, func(int) { out = append(out, d.integer(1, MaxSeatID)) })
	return out
}

func (d *decoder) choice(allowed ...string) string {
	v := d.text()
	if !d.bad && !has(allowed, v) {
		d.fail("choice", clip(v), allowed)
	}
	return v
}
