package plan

func (d *decoder) level() Level {
	var v Level
	d.object([]string{"id", "name", "order"}, func(name string) bool {
		switch name {
		case "id":
			v.ID = d.id()
		case "name":
			v.Name = d.label(100)
		case "order":
			v.Order = d.integer(-1000, 1000)
		case "rake":
			v.Rake = d.rake()
		default:
			return false
		}
		return true
	})
	return v
}

// rake reads a rake or null.
func (d *decoder) rake() *Rake {
	if d.null() {
		return nil
	}
	v := &Rake{}
	d.object([]string{"base"}, func(name string) bool {
		switch name {
		case "base":
			v.Base = d.integer(MinBase, MaxBase)
		case "slope":
			v.Slope = d.integer(0, MaxSlope)
		case "curve":
			v.Curve = d.integer(0, MaxCurve)
		case "steps":
			d.array(MaxSteps, func(int) { v.Steps = append(v.Steps, d.integer(0, MaxRise)) })
		case "parapet":
			if !d.null() {
				v.Parapet = d.parapet()
			}
		default:
			return false
		}
		return true
	})
	return v
}

func (d *decoder) parapet() *Parapet {
	v := &Parapet{}
	d.object([]string{"height", "before"}, func(name string) bool {
		switch name {
		case "height":
			v.Height = d.integer(1, MaxRail)
		case "before":
			v.Before = d.integer(0, MaxBefore)
		default:
			return false
		}
		return true
	})
	return v
}

func (d *decoder) category() Category {
	var v Category
	d.object([]string{"id", "name", "color"}, func(name string) bool {
		switch name {
		case "id":
			v.ID = d.id()
		case "name":
			v.Name = d.label(100)
		case "color":
			if v.Color = d.text(); !d.bad && !ValidColor(v.Color) {
				d.fail("color")
			}
		case "seats":
			d.array(MaxSeats, func(int) { v.Seats = append(v.Seats, d.run()) })
		case "objects":
			d.array(2*MaxOthers, func(int) { v.Objects = append(v.Objects, d.id()) })
		default:
			return false
		}
		return true
	})
	return v
}

func (d *decoder) run() Run {
	var v [2]int32
	n := 0
	d.array(2, func(i int) { v[i] = d.integer(1, MaxSeatID); n++ })
	if n != 2 && !d.bad {
		d.fail("runs")
	}
	return Run{v[0], v[1]}
}

func (d *decoder) section() Section {
	var v Section
	d.object([]string{"id", "level", "name", "label", "outline"}, func(name string) bool {
		switch name {
		case "id":
			v.ID = d.id()
		case "level":
			v.Level = d.id()
		case "name":
			v.Name = d.label(100)
		case "label":
			v.Label = d.label(32)
		case "outline":
			v.Outline = d.outline()
		case "focal":
			if !d.null() {
				at := d.point()
				v.Focal = &at
			}
		case "entrance":
			v.Entrance = d.optional(32)
		case "gate":
			v.Gate = d.optional(32)
		case "rake":
			v.Rake = d.rake()
		default:
			return false
		}
		return true
	})
	return v
}

func (d *decoder) row() Row {
	var v Row
	d.object([]string{"id", "section", "label", "kind"}, func(name string) bool {
		switch name {
		case "id":
			v.ID = d.id()
		case "section":
			v.Section = d.id()
		case "label":
			v.Label = d.label(32)
		case "kind":
			v.Kind = d.choice(Straight, Curved, Free)
		default:
			return false
		}
		return true
	})
	return v
}

func (d *decoder) area() Area {
	var v Area
	d.object([]string{"id", "section", "name", "label", "capacity", "outline"}, func(name string) bool {
		switch name {
		case "id":
			v.ID = d.id()
		case "section":
			v.Section = d.id()
		case "name":
			v.Name = d.label(100)
		case "label":
			v.Label = d.label(32)
		case "capacity":
			v.Capacity = d.integer(1, MaxCapacity)
		case "outline":
			v.Outline = d.outline()
		default:
			return false
		}
		return true
	})
	return v
}

func (d *decoder) table() Table {
	var v Table
	d.object([]string{"id", "section", "label", "x", "y", "radius", "whole", "seats"}, func(name string) bool {
		switch name {
		case "id":
			v.ID = d.id()
		case "section":
			v.Section = d.id()
		case "label":
			v.Label = d.label(32)
		case "x":
			v.X = d.coordinate()
		case "y":
			v.Y = d.coordinate()
		case "radius":
			v.Radius = d.integer(1, MaxCoordinate)
		case "whole":
			v.Whole = d.boolean()
		case "seats":
			v.Seats = d.seatIDs()
		default:
			return false
		}
		return true
	})
	return v
}

func (d *decoder) boxRecord() Box {
	var v Box
	d.object([]string{"id", "level", "name", "outline", "seats"}, func(name string) bool {
		switch name {
		case "id":
			v.ID = d.id()
		case "level":
			v.Level = d.id()
		case "name":
			v.Name = d.label(100)
		case "outline":
			v.Outline = d.outline()
		case "seats":
			v.Seats = d.seatIDs()
		default:
			return false
		}
		return true
	})
	return v
}

func (d *decoder) shape() Shape {
	var v Shape
	d.object([]string{"id", "kind"}, func(name string) bool {
		switch name {
		case "id":
			v.ID = d.id()
		case "kind":
			v.Kind = ShapeKind(d.choice(string(Stage), string(Screen), string(Aisle), string(Entrance),
				string(Label), string(Buffer), string(Wall), string(Image)))
		case "level":
			if !d.null() {
				v.Level = d.id()
			}
		case "outline":
			if !d.null() {
				v.Outline = d.outline()
			}
		case "at":
			if !d.null() {
				at := d.point()
				v.At = &at
			}
		case "text":
			v.Text = d.optional(200)
		case "rotation":
			v.Rotation = d.integer(-359, 359)
		case "height":
			v.Height = d.integer(MinBase, MaxBase)
		default:
			return false
		}
		return true
	})
	return v
}
