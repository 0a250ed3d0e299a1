package checking_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"parterre/modules/audit"
	"parterre/modules/checking"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

func TestRefusalsAndTheirReasons(t *testing.T) {
	t.Parallel()
	other := ids.New()
	w := newWorld(t, 100,
		checking.Ticket{Code: "TOK", Seat: "池座 5排 12座", Holder: "张*", RealName: true},
		checking.Ticket{Code: "TREFUNDED", State: "refunded"},
		checking.Ticket{Code: "TNEWER", State: "valid", Bound: true, Edition: 2},
		checking.Ticket{Code: "TUNBOUND", State: "valid"},
		checking.Ticket{Code: "TWEST", Gate: "西门"},
		checking.Ticket{Code: "TOTHER", Session: other, Holder: "李*", Seat: "二楼 1排 1座"},
	)
	w.book.documents[w.id.String()+"11010519491231002X"] = "TOK"
	for _, c := range []struct {
		name, method, text string
		reason             checking.Reason
	}{
		{"forged", "qr", "bad:TOK:0", checking.Forged},
		{"unreadable", "qr", "weixin://pay", checking.Unreadable},
		{"unreadable code", "code", "hello", checking.Unreadable},
		{"unknown", "code", "TNONE", checking.Unknown},
		{"other session", "qr", "signed:TOTHER:0", checking.OtherSession},
		{"wrong place", "qr", "signed:TWEST:0", checking.WrongPlace},
		{"refunded", "qr", "signed:TREFUNDED:0", checking.Refunded},
		{"superseded", "qr", "signed:TNEWER:1", checking.Superseded},
		{"unbound", "qr", "signed:TUNBOUND:0", checking.Unbound},
		{"no person", "idcard", "440524188001010014", checking.NoPerson},
		{"a chip that nothing is bound to", "rfid", "04A2", checking.Unknown},
		{"the newest print", "qr", "signed:TNEWER:2", ""},
		{"by document", "idcard", "11010519491231002X", ""},
	} {
		v := w.check(checking.Scan{ID: ids.New(), Session: w.id, Gate: "东门", Method: c.method, Text: c.text})
		if v.Reason != c.reason || v.Admitted != (c.reason == "") || v.Alarm != c.reason.Alarm() || v.Zh == "" || v.En == "" {
			t.Errorf("%s: %+v, want %q", c.name, v, c.reason)
		}
		if (c.reason == checking.OtherSession || c.reason == checking.Forged) && v.Holder+v.Seat != "" {
			t.Errorf("%s: shows another's seat or name: %+v", c.name, v)
		}
		if c.name == "by document" && v.CheckID {
			t.Error("the document was just read; there is nothing left to compare")
		}
	}
	for when, want := range map[time.Duration]checking.Reason{-61 * time.Minute: checking.TooEarly, 151 * time.Minute: checking.TooLate} {
		sc := w.scan("TOK")
		sc.ScannedAt, sc.Offline = evening.Add(when), true
		w.Clock.Set(evening.Add(5 * time.Hour))
		if v := w.check(sc); v.Reason != want {
			t.Errorf("%v from the start: %q, want %q", when, v.Reason, want)
		}
	}
	s := w.book.sessions[w.id]
	s.State = "cancelled"
	w.book.sessions[w.id] = s
	if v := w.check(w.scan("TOK")); v.Reason != checking.Cancelled {
		t.Errorf("a cancelled session: %q", v.Reason)
	}
	if got := w.told(); !reflect.DeepEqual(got, []string{"TNEWER", "TOK"}) {
		t.Errorf("told %v", got)
	}
	o, err := w.svc.Count(w.ctx, w.id)
	if err != nil || o.Inside != 2 || o.Refused[checking.Forged] != 1 || o.Refused[checking.WrongPlace] != 1 || len(o.ByGate) != 1 || o.ByGate[0].Inside != 2 {
		t.Errorf("the counter: %+v, %v", o, err)
	}
}

func TestTheSecondScanLearnsWhoWhenWhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 100, checking.Ticket{Code: "T1"})
	w.check(w.scan("T1"))
	at := w.Clock.Now()
	w.Clock.Advance(3 * time.Minute)
	sc := w.scan("T1")
	sc.Method, sc.Text = "code", "T1"
	v := w.check(sc)
	if v.Admitted || v.Reason != checking.AlreadyIn || v.Earlier == nil || !v.Earlier.At.Equal(at) || v.Earlier.Gate != "东门" || v.Earlier.Device != "闸机 1" || v.Earlier.Method != "qr" {
		t.Fatalf("%+v, earlier %+v", v, v.Earlier)
	}
	if !strings.Contains(v.Zh, "19:10:00") || !strings.Contains(v.Zh, "东门") {
		t.Errorf("the sentence: %s", v.Zh)
	}
}

// N lanes read one ticket at the same moment: one lets the person in, each of
// the others says that somebody is in already.
func TestOneTicketAtManyLanesIsAdmittedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1000, checking.Ticket{Code: "T1"})
	const lanes = 24
	got := make([]checking.Verdict, lanes)
	atOnce(lanes, func(i int) { got[i], _ = w.svc.Check(w.ctx, w.scan("T1")) })
	admitted := 0
	for _, v := range got {
		if v.Admitted {
			admitted++
		} else if v.Reason != checking.AlreadyIn || v.Earlier == nil {
			t.Errorf("a lane answers %+v", v)
		}
	}
	if rows := query[int](w, "select count(*)::int from checking.scan"); admitted != 1 || rows[0] != lanes || len(w.told()) != 1 {
		t.Errorf("admitted %d times, %d scans kept, told %v", admitted, rows[0], w.told())
	}
}

// unguarded admits as a system without the lock would: it looks, and lets in
// what it did not find. looked is called between the two.
func unguarded(w *world, code string, looked func()) error {
	return w.InTx(w.ctx, func(ctx context.Context, tx db.Tx) error {
		var n, in int
		if err := tx.QueryRowContext(ctx, "select count(*) from checking.admission where session_id = ? and ticket_code = ?", w.id, code).Scan(&n); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, "select inside from checking.occupancy where session_id = ?", w.id).Scan(&in); err != nil {
			return err
		}
		looked()
		if n > 0 {
			return errors.New("already in")
		}
		if _, err := tx.ExecContext(ctx, "update checking.occupancy set inside = inside + 1 where session_id = ?", w.id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "insert into checking.admission (tenant_id, session_id, ticket_code, scan_id, gate, device, method, at, persons) values (?, ?, ?, ?, '', '', 'qr', ?, 1)",
			tx.Scope.Tenant, w.id, code, ids.New(), tx.Now)
		return err
	})
}

// The control of the test above: without the lock the primary key still lets
// only one in; without both, every lane does.
func TestWithoutTheGuardsATicketEntersTwice(t *testing.T) {
	t.Parallel()
	const lanes = 4
	run := func(w *world) int {
		w.sql("insert into checking.occupancy values ($1, $2, 1000, 0)", w.Tenant, w.id.Bytes())
		looked, all := make(chan struct{}, lanes), make(chan struct{})
		go func() {
			for range lanes {
				<-looked
			}
			close(all)
		}()
		atOnce(lanes, func(int) {
			_ = unguarded(w, "T1", func() { looked <- struct{}{}; <-all })
		})
		return query[int](w, "select count(*)::int from checking.admission")[0]
	}
	if n := run(newWorld(t, 1000)); n != 1 {
		t.Errorf("with the primary key %d were admitted", n)
	}
	w := newWorld(t, 1000)
	w.sql("alter table checking.admission drop constraint admission_pkey")
	if n := run(w); n != lanes {
		t.Errorf("without any guard %d of %d were admitted: the test above shows nothing", n, lanes)
	}
}

// A device that heard no answer sends its scan again, perhaps while the first
// is still under way: all get the one answer, and one record is kept.
func TestARepeatedScanGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 100, checking.Ticket{Code: "T1"}, checking.Ticket{Code: "T2"})
	sc := w.scan("T1")
	const n = 12
	got := make([]checking.Verdict, n)
	faults := make([]error, n)
	atOnce(n, func(i int) { got[i], faults[i] = w.svc.Check(w.ctx, sc) })
	for i := range n {
		if faults[i] != nil || !got[i].Admitted || !got[i].At.Equal(got[0].At) || got[i].Inside != 1 {
			t.Errorf("answer %d: %+v, %v", i, got[i], faults[i])
		}
	}
	w.Clock.Advance(time.Hour)
	if v := w.check(sc); !v.Admitted || !v.At.Equal(got[0].At) {
		t.Errorf("later: %+v", v)
	}
	if rows := query[int](w, "select count(*)::int from checking.scan"); rows[0] != 1 || len(w.told()) != 1 {
		t.Errorf("%d records, told %v", rows[0], w.told())
	}
	for _, change := range []func(*checking.Scan){
		func(s *checking.Scan) { s.Text = "signed:T2:0" },
		func(s *checking.Scan) { s.Method, s.Text = "code", "T2" },
		func(s *checking.Scan) { s.Text = "bad:T1:0" },
		func(s *checking.Scan) { s.Session = ids.New() },
	} {
		reused := sc
		change(&reused)
		if v, err := w.svc.Check(w.ctx, reused); !errors.Is(err, checking.ErrScanReused) {
			t.Errorf("the id of another scan: %+v, %v", v, err)
		}
	}
}

// RL-9: however many lanes let people in at once, the approved number is
// never passed, and a group that does not fit whole stays out.
func TestTheApprovedNumberIsNeverPassed(t *testing.T) {
	t.Parallel()
	const approved, people = 7, 30
	w := newWorld(t, approved)
	for i := range people {
		w.add(checking.Ticket{Code: fmt.Sprintf("T%d", i)})
	}
	got := make([]checking.Verdict, people)
	atOnce(people, func(i int) { got[i], _ = w.svc.Check(w.ctx, w.scan(fmt.Sprintf("T%d", i))) })
	admitted := 0
	for _, v := range got {
		switch {
		case v.Admitted:
			admitted++
		case v.Reason != checking.Full || !v.Alarm:
			t.Errorf("refused by %q, alarm %v", v.Reason, v.Alarm)
		}
		if v.Inside > approved {
			t.Errorf("%d inside", v.Inside)
		}
	}
	o, err := w.svc.Count(w.ctx, w.id)
	if err != nil || admitted != approved || o.Inside != approved || len(w.told()) != approved || o.Refused[checking.Full] != people-approved {
		t.Errorf("admitted %d, %+v, %v", admitted, o, err)
	}
	// The last line: the table itself refuses, whoever asks.
	if err := unguarded(w, "T99", func() {}); !db.IsCheck(err, "occupancy_check") {
		t.Errorf("one more by another way: %v", err)
	}
	// One leaves by a supervisor's undo; a family of two does not fit, one does.
	for _, v := range got {
		if v.Admitted {
			if err := w.svc.Undo(w.ctx, w.id, v.Ticket, "走错场次"); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	w.add(checking.Ticket{Code: "TTWO", State: "valid", Bound: true, Persons: 2})
	if v := w.check(w.scan("TTWO")); v.Reason != checking.Full {
		t.Errorf("two for one place: %+v", v)
	}
	w.add(checking.Ticket{Code: "TONE"})
	if v := w.check(w.scan("TONE")); !v.Admitted || v.Inside != approved {
		t.Errorf("one for one place: %+v", v)
	}
}

// Undo is a supervisor's act: it needs a reason, is audited, takes the holder
// out of the counter, and leaves the scan on record.
func TestUndo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 100, checking.Ticket{Code: "T1"})
	if err := w.svc.Undo(w.ctx, w.id, "T1", "走错"); !errors.Is(err, checking.ErrNotInside) {
		t.Errorf("nobody is in: %v", err)
	}
	first := w.check(w.scan("T1"))
	if err := w.svc.Undo(w.ctx, w.id, "T1", "   "); !errors.Is(err, checking.ErrReason) {
		t.Errorf("without a reason: %v", err)
	}
	const lanes = 6
	faults := make([]error, lanes)
	atOnce(lanes, func(i int) { faults[i] = w.svc.Undo(w.ctx, w.id, "T1", "误扫，观众尚未入场") })
	done := 0
	for _, err := range faults {
		if err == nil {
			done++
		} else if !errors.Is(err, checking.ErrNotInside) {
			t.Errorf("undo: %v", err)
		}
	}
	o, err := w.svc.Count(w.ctx, w.id)
	if err != nil || done != 1 || o.Inside != 0 {
		t.Errorf("undone %d times, %d inside, %v", done, o.Inside, err)
	}
	list, err := audit.New(w.DB.DB).Search(w.ctx, audit.Filter{Target: "checking.admission", Action: "delete"}, page.Request{})
	if err != nil || len(list.Items) != 1 || list.Items[0].Reason != "误扫，观众尚未入场" || !strings.Contains(string(list.Items[0].Before), `"T1"`) {
		t.Errorf("the audit log says %+v, %v", list.Items, err)
	}
	scans, err := w.svc.Scans(w.ctx, w.id, page.Request{})
	if err != nil || len(scans.Items) != 1 || !scans.Items[0].Admitted || scans.Items[0].Scan != first.Scan {
		t.Errorf("the record: %+v, %v", scans.Items, err)
	}
	if v := w.check(w.scan("T1")); !v.Admitted || v.Inside != 1 {
		t.Errorf("after the undo the holder comes in: %+v", v)
	}
}

func TestScansThatAreNoScans(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 100, checking.Ticket{Code: "T1"})
	sc := w.scan("T1")
	sc.Method = "nfc"
	if _, err := w.svc.Check(w.ctx, sc); !errors.Is(err, checking.ErrMethod) {
		t.Errorf("method: %v", err)
	}
	sc = w.scan("T1")
	sc.ScannedAt = w.Clock.Now().Add(121 * time.Second)
	if _, err := w.svc.Check(w.ctx, sc); !errors.Is(err, checking.ErrClock) {
		t.Errorf("time: %v", err)
	}
	sc = w.scan("T1")
	sc.Session = ids.New()
	if _, err := w.svc.Check(w.ctx, sc); errs.CodeOf(err) != "show.session_not_found" {
		t.Errorf("session: %v", err)
	}
	w.book.missed = errors.New("the connection broke")
	sc = w.scan("T1")
	if v, err := w.svc.Check(w.ctx, sc); err == nil {
		t.Errorf("a failed lookup let in or refused: %+v", v)
	}
	w.book.missed = nil
	if v := w.check(sc); !v.Admitted {
		t.Errorf("the same scan after a fault: %+v", v)
	}
	if n := query[int](w, "select count(*)::int from checking.scan"); n[0] != 1 {
		t.Errorf("%d scans are kept", n[0])
	}
}

// Another tenant's gate knows nothing of a scan or an admission.
func TestTenantsApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 100, checking.Ticket{Code: "T1"})
	sc := w.scan("T1")
	w.check(sc)
	foreign := w.AsTenant(t.Context(), w.Other)
	if err := w.svc.Undo(foreign, w.id, "T1", "别人的票"); !errors.Is(err, checking.ErrNotInside) {
		t.Errorf("undo: %v", err)
	}
	if p, err := w.svc.Scans(foreign, w.id, page.Request{}); err != nil || len(p.Items) != 0 {
		t.Errorf("scans: %+v, %v", p.Items, err)
	}
	if o, err := w.svc.Count(foreign, w.id); err != nil || o.Inside != 0 || len(o.ByGate) != 0 {
		t.Errorf("counter: %+v, %v", o, err)
	}
}

func TestScansAreListedByPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 100, checking.Ticket{Code: "T1"})
	want := map[ids.ID]bool{}
	for i := range 7 {
		sc := w.scan("T1")
		want[sc.ID] = true
		w.check(sc)
		if i%2 == 0 {
			w.Clock.Advance(time.Second)
		}
	}
	r := page.Request{Size: 3}
	var last time.Time
	for range 4 {
		p, err := w.svc.Scans(w.ctx, w.id, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range p.Items {
			if !want[x.Scan] || (!last.IsZero() && x.At.After(last)) || x.Device != "闸机 1" || x.Gate != "东门" {
				t.Errorf("%+v", x)
			}
			delete(want, x.Scan)
			last = x.At
		}
		if r.Cursor = p.Next; p.Next == "" {
			break
		}
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", want)
	}
}
