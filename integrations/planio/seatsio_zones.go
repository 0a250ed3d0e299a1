package planio

import (
	"encoding/json"
	"slices"
	"strconv"

	"parterre/modules/ticketmap/plan"
)

// seats.io zones part a large chart into what is navigated one by one: stands of
// a stadium, floors of a hall. A plan's levels are that, so each zone comes in as a level, and levels are written as zones.
// Their form is not published: a list of objects with a key and a label, to
// which sections (and what stands outside them) point by "zone". Other forms are told as not kept.

type sioZone struct {
	Key   sioText `json:"key"`
	Label string  `json:"label"`
	used  bool
}

func (r *sioReader) readZones(raw json.RawMessage) {
	if s := string(raw); s == "" || s == "null" || s == "[]" || s == "{}" {
		return
	}
	var list []*sioZone
	if json.Unmarshal(raw, &list) != nil || len(list) > plan.MaxOthers || slices.Contains(list, nil) {
		r.lostZones()
		return
	}
	r.zones = map[string]*sioZone{}
	for _, z := range list {
		key := or(string(z.Key), z.Label)
		if _, twice := r.zones[key]; key == "" || twice {
			r.lostZones()
			continue
		}
		r.zones[key] = z
	}
}

func (r *sioReader) lostZones() {
	r.tell("zones", "zones", "部分区域（zone）分组未保留。", "The grouping into zones is not kept in part.")
}

// inZone is the level of a zone, or the one at hand.
func (r *sioReader) inZone(level string, key sioText) string {
	if key == "" {
		return level
	}
	z := r.zones[string(key)]
	if z == nil {
		r.lostZones()
		return level
	}
	if !z.used {
		z.used = true
		r.tell("zone_level", "zones", "区域（zone）按楼层导入。", "Zones came in as levels.")
	}
	return r.level(or(z.Label, string(key)))
}

// endZones tells of zones that nothing is in, and drops the level of what is in no zone if there is none.
func (r *sioReader) endZones(level string) {
	for _, z := range r.zones {
		if !z.used {
			r.lostZones()
		}
	}
	if len(r.p.Levels) < 2 || slices.ContainsFunc(r.p.Sections, func(s plan.Section) bool { return s.Level == level }) {
		return
	}
	r.p.Levels = slices.DeleteFunc(r.p.Levels, func(l plan.Level) bool { return l.ID == level })
	for i := range r.p.Levels {
		r.p.Levels[i].Order = int32(i)
	}
}

// zones writes the levels of a plan that has several; key gives the zone of a section.
func (w *sioWriter) zones() (raw json.RawMessage, key func(section string) sioText) {
	if len(w.p.Levels) < 2 {
		return nil, func(string) sioText { return "" }
	}
	of := map[string]sioText{}
	list := []map[string]string{}
	for i, l := range w.p.Levels {
		of[l.ID] = sioText("zone" + strconv.Itoa(i+1))
		list = append(list, map[string]string{"key": string(of[l.ID]), "label": l.Name})
	}
	raw, _ = json.Marshal(list) // texts alone
	return raw, func(section string) sioText {
		if s := w.section[section]; s != nil {
			return of[s.Level]
		}
		return ""
	}
}
