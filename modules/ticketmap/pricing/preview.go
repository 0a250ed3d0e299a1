package pricing

import (
	"time"

	"parterre/modules/core/money"
)

// Sight is what a preview looks at: one zone of a program over its time on
// sale, at several levels of occupancy, with nothing sold of late.
type Sight struct {
	Zone          RunZone
	Opens, Starts time.Time
	Levels        []int // occupancy, thousandths
	Points        int   // in time; 2 to 400
	Channel, Kind string
	Off           int // of the kind
}

// Preview is the price by level of occupancy and moment.
type Preview struct {
	Zone   int           `json:"zone"`
	Times  []time.Time   `json:"times"`
	Levels []int         `json:"levels" doc:"Occupancy, thousandths"`
	Prices [][]money.Fen `json:"prices" doc:"By level, then by time"`
	Floor  money.Fen     `json:"floor"`
	Cap    money.Fen     `json:"cap"`
	Rules  []RuleUse     `json:"rules" doc:"How often each rule took effect over all points"`
}

// RuleUse counts the points of a preview where a rule took effect.
type RuleUse struct {
	Rule   string `json:"rule"`
	Points int    `json:"points"`
}

// Look evaluates a program over a grid of moments and occupancies, without the
// limits of a day: what the rules say, not what one change may do. Errors: as Evaluate, pricing.run.
func (p *Program) Look(s Sight) (Preview, error) {
	if s.Points < 2 || s.Points > 400 || len(s.Levels) == 0 || len(s.Levels) > 20 || !s.Opens.Before(s.Starts) {
		return Preview{}, ErrRun.With("problem", "points 2–400, levels 1–20, opens < starts")
	}
	z := p.zone(s.Zone.No)
	if z == nil {
		return Preview{}, ErrZone.With("zone", s.Zone.No)
	}
	out := Preview{Zone: s.Zone.No, Levels: s.Levels, Floor: z.Floor, Cap: z.Cap, Rules: make([]RuleUse, len(p.Rules))}
	index := map[string]int{}
	for i := range p.Rules {
		index[p.Rules[i].ID], out.Rules[i].Rule = i, p.Rules[i].ID
	}
	span := s.Starts.Sub(s.Opens)
	for k := range s.Points {
		out.Times = append(out.Times, s.Opens.Add(span*time.Duration(k)/time.Duration(s.Points)))
	}
	for _, level := range s.Levels {
		row := make([]money.Fen, len(out.Times))
		for k, now := range out.Times {
			q, err := p.Evaluate(Facts{
				Zone: s.Zone.No, ZoneKind: s.Zone.Kind, Now: now, Starts: s.Starts, Capacity: 1000, Taken: level,
				Quality: s.Zone.Quality, Row: s.Zone.Row, Channel: orOnline(s.Channel), Kind: orFull(s.Kind), Off: s.Off,
			})
			if err != nil {
				return Preview{}, err
			}
			row[k] = q.Price
			for _, step := range q.Steps {
				if step.Rule != "" {
					out.Rules[index[step.Rule]].Points++
				}
			}
		}
		out.Prices = append(out.Prices, row)
	}
	return out, nil
}
