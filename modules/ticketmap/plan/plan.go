// Package plan is the seat-plan document of a hall: levels, sections, rows,
// seats, standing areas, tables, boxes and shapes, in whole millimetres.
//
// The format is described in FORMAT.md and schema.json; the TypeScript package
// planmodel reads and writes the same bytes. The package is pure: no database, no clock.
//
// Identity: a seat is its ID, permanent inside a plan and never reused. What is
// printed (section label, row label, number) may change without touching it,
// so a renumbered hall keeps its sold tickets.
package plan

// Format and Version name the document this build writes.
const (
	Format  = "parterre.plan"
	Version = 2
	Unit    = "mm"
)

// SeatColumns are the columns of a seat array, in order.
var SeatColumns = [...]string{"id", "row", "number", "x", "y", "kind", "view", "companionOf", "entrance", "note"}

// Limits of a document. A hostile file meets them before it costs memory.
const (
	MaxBytes         = 64 << 20
	MaxSeats         = 250_000
	MaxRows          = 60_000
	MaxSections      = 5_000
	MaxOthers        = 20_000 // levels, categories, areas, tables, boxes, shapes: each
	MaxOutlinePoints = 20_000
	MaxPoints        = 1_000_000
	MaxCoordinate    = 5_000_000
	MaxCapacity      = 1_000_000
	MaxSeatID        = 1<<31 - 2
)

// Kind is what sort of seat it is.
type Kind uint8

// The kinds of seats.
const (
	Normal      Kind = iota
	Accessible       // 无障碍席位 (wheelchair place)
	Companion        // 陪同席
	CoupleLeft       // 情侣座, left half
	CoupleRight      // 情侣座, right half
	Sofa             // 沙发座
	kinds
)

// View is how well the stage is seen; it is stated before payment (RL-18).
type View uint8

// The qualities of view.
const (
	Clear View = iota
	Partial
	Blocked
	views
)

// Row kinds.
const (
	Straight = "straight"
	Curved   = "curved"
	Free     = "free"
)

// ShapeKind names what a shape stands for.
type ShapeKind string

// The kinds of shapes.
const (
	Stage    ShapeKind = "stage"
	Screen   ShapeKind = "screen"
	Aisle    ShapeKind = "aisle"
	Entrance ShapeKind = "entrance"
	Label    ShapeKind = "label"
	Buffer   ShapeKind = "buffer" // 缓冲区: its seats cannot be sold (RL-8)
	Wall     ShapeKind = "wall"
	Image    ShapeKind = "image"
)

// Point is a place in millimetres: x to the right, y down.
type Point struct{ X, Y int32 }

// Rect is the smallest and the largest corner.
type Rect struct{ Min, Max Point }

// Plan is one seat plan. Slices keep the document's order; Encode sorts seats by ID.
type Plan struct {
	Name       string
	NextSeatID int32
	Levels     []Level
	Categories []Category
	Sections   []Section
	Rows       []Row
	Seats      []Seat
	Areas      []Area
	Tables     []Table
	Boxes      []Box
	Shapes     []Shape
	Bounds     Rect
}

// Level is a floor (楼层).
type Level struct {
	ID    string
	Name  string
	Order int32
	Rake  *Rake // nil: not known
}

// Rake is how the floor rises under rows of seats (起坡), so that what a seat sees
// can be worked out. It is said of a level or, more closely, of a section; a
// section without one has its level's. Heights are millimetres over the floor in front of the
// first row of the lowest level.
//
// Either Steps are given, the rise from each row to the next (the last goes on),
// or the floor rises by Slope millimetres a metre behind the first row and by
// Curve millimetres a metre squared on top (a curved rake).
type Rake struct {
	Base    int32 // floor of the first row
	Slope   int32 // mm per m
	Curve   int32 // mm per m²
	Steps   []int32
	Parapet *Parapet // nil: nothing stands before the first row
}

// Parapet is the edge before the first row, such as a balcony's rail (栏板).
type Parapet struct {
	Height int32 // over the first row's floor
	Before int32 // how far before the first row it stands
}

// Limits of a rake.
const (
	MinBase   = -20_000
	MaxBase   = 200_000
	MaxSlope  = 1500
	MaxCurve  = 200
	MaxSteps  = 200
	MaxRise   = 2000
	MaxRail   = 3000
	MaxBefore = 5000
)

// Category is a suggested zone. Seats are runs of seat ids, ascending and apart;
// Objects are ids of areas and tables. The zones on sale belong to a ticket map.
type Category struct {
	ID      string
	Name    string
	Color   string // #rrggbb
	Seats   []Run
	Objects []string
}

// Run is the seat ids First to Last, both included.
type Run struct{ First, Last int32 }

// Section is a part of a level (区). Label is printed on tickets.
type Section struct {
	ID       string
	Level    string
	Name     string
	Label    string
	Outline  []Point
	Focal    *Point
	Entrance string
	Gate     string
	Rake     *Rake // nil: as its level
}

// Row is a row of seats (排).
type Row struct {
	ID      string
	Section string
	Label   string
	Kind    string
}

// Seat is one place. Row is empty when a table or a box lists the seat.
type Seat struct {
	ID          int32
	Row         string
	Number      string
	X, Y        int32
	Kind        Kind
	View        View
	CompanionOf int32 // id of the accessible seat, 0 if none
	Entrance    string
	Note        string
}

// Area is a standing area (站席) sold by count.
type Area struct {
	ID       string
	Section  string
	Name     string
	Label    string
	Capacity int32
	Outline  []Point
}

// Table has seats around it; Whole tables are sold as one.
type Table struct {
	ID      string
	Section string
	Label   string
	X, Y    int32
	Radius  int32
	Whole   bool
	Seats   []int32
}

// Box is a 包厢.
type Box struct {
	ID      string
	Level   string
	Name    string
	Outline []Point
	Seats   []int32
}

// Shape is anything drawn that is not sold. Level is empty when it stands on all.
type Shape struct {
	ID       string
	Kind     ShapeKind
	Level    string
	Outline  []Point
	At       *Point
	Text     string
	Rotation int32 // whole degrees clockwise
	Height   int32 // stage: its floor; screen: its lower edge; wall: its top. mm over the first row's floor; 0: not known
}

// Counts says how much a plan holds.
type Counts struct {
	Seats      int `json:"seats"`
	Rows       int `json:"rows"`
	Sections   int `json:"sections"`
	Areas      int `json:"areas"`
	Tables     int `json:"tables"`
	Categories int `json:"categories"`
}

// Counts counts the records of p.
func (p *Plan) Counts() Counts {
	return Counts{
		Seats: len(p.Seats), Rows: len(p.Rows), Sections: len(p.Sections),
		Areas: len(p.Areas), Tables: len(p.Tables), Categories: len(p.Categories),
	}
}

// Places is the number of people that p seats and stands.
func (p *Plan) Places() int {
	n := len(p.Seats)
	for _, a := range p.Areas {
		n += int(a.Capacity)
	}
	return n
}
