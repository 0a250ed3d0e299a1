package saleshttp

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/ids"
	"parterre/modules/sales"
)

// seatList is the answer of shopSeats.
type seatList struct {
	Version  int              `json:"version"`
	Sections []seatGroup      `json:"sections"`
	Rows     []seatRow        `json:"rows"`
	Areas    []sales.Area     `json:"-"`
	Notes    map[int32]string `json:"notes"` // by seat id
}

// seatGroup is one section of a level with the way to it.
type seatGroup struct {
	Level    string `json:"level"`
	Name     string `json:"name"`
	Entrance string `json:"entrance,omitempty"`
	Gate     string `json:"gate,omitempty"`
}

// seatRow is one row in parallel lists, left to right as numbered in the plan.
// Views and kinds are left out where all seats are ordinary.
type seatRow struct {
	Section int      `json:"section"` // index into sections
	Row     string   `json:"row"`
	Seats   []int32  `json:"seats"`
	Numbers []string `json:"numbers"`
	Zones   []int    `json:"zones"`
	Views   []string `json:"views,omitempty"`
	Kinds   []string `json:"kinds,omitempty"`
}

// listCache keeps the encoded list of each dressed map that is in use.
type listCache struct {
	mu   sync.Mutex
	made map[ids.ID]encodedList // by session
}

type encodedList struct {
	of  *sales.Map
	gz  []byte
	tag string
}

func (l *listCache) of(session ids.ID, m *sales.Map) (encodedList, error) {
	l.mu.Lock()
	have, ok := l.made[session]
	l.mu.Unlock()
	if ok && have.of == m {
		return have, nil
	}
	raw, err := json.Marshal(listOf(m))
	if err != nil {
		return have, err
	}
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write(raw); err != nil {
		return have, err
	}
	if err := z.Close(); err != nil {
		return have, err
	}
	sum := sha256.Sum256(raw)
	have = encodedList{m, buf.Bytes(), `"` + hex.EncodeToString(sum[:12]) + `"`}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made == nil || len(l.made) > 500 {
		l.made = map[ids.ID]encodedList{}
	}
	l.made[session] = have
	return have, nil
}

func listOf(m *sales.Map) seatList {
	out := seatList{Version: m.Version, Sections: []seatGroup{}, Rows: []seatRow{}, Notes: map[int32]string{}}
	groups, rows := map[seatGroup]int{}, map[[2]string]int{}
	for _, id := range m.Seats {
		p := m.Places[id]
		g := seatGroup{p.Level, p.Section, p.Entrance, p.Gate}
		section, ok := groups[g]
		if !ok {
			section = len(out.Sections)
			groups[g] = section
			out.Sections = append(out.Sections, g)
		}
		at := [2]string{string(rune(section)), p.Row}
		i, ok := rows[at]
		if !ok {
			i = len(out.Rows)
			rows[at] = i
			out.Rows = append(out.Rows, seatRow{Section: section, Row: p.Row})
		}
		out.Rows[i].add(id, p)
		if p.Note != "" {
			out.Notes[id] = p.Note
		}
	}
	return out
}

func (r *seatRow) add(id int32, p sales.Place) {
	r.Seats, r.Numbers, r.Zones = append(r.Seats, id), append(r.Numbers, p.Number), append(r.Zones, p.Zone)
	r.Views = sparse(r.Views, p.View, len(r.Seats))
	r.Kinds = sparse(r.Kinds, p.Kind, len(r.Seats))
}

// sparse appends the n-th value to a list that stays empty as long as all
// values are.
func sparse(list []string, v string, n int) []string {
	if list == nil && v == "" {
		return nil
	}
	for len(list) < n-1 {
		list = append(list, "")
	}
	return append(list, v)
}

func (h *handlers) seats(c *fiber.Ctx) error {
	se, err := h.shownOf(c)
	if err != nil {
		return err
	}
	m, err := h.Maps.Map(c.UserContext(), se.ID)
	if err != nil {
		return err
	}
	list, err := h.lists.of(se.ID, m)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderETag, list.tag)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	if c.Get(fiber.HeaderIfNoneMatch) == list.tag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	if strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(list.gz)
	}
	return c.JSON(listOf(m))
}
