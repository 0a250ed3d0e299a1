package sales_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/access"
	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
)

// shared is a log that many write to.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// planted are the values that may be nowhere in the clear.
var planted = []string{salestest.Documents[0], salestest.Documents[1], salestest.Documents[2], "E12345678", "欧阳测试甲", "13800138000"}

// TestPlantedPersonalDataIsNowhereInTheClear buys online and at the counter,
// fails on purpose, refunds, and then looks for what was typed: in every
// column of every table, in all logs, answers and metrics (RL-13).
func TestPlantedPersonalDataIsNowhereInTheClear(t *testing.T) {
	t.Parallel()
	log := &shared{}
	w := salestest.New(t, func(c *salestest.Config) { c.Rules, c.Log = salestest.Named(), log })
	var answers []string
	c, seller := w.Buyer(), w.Client(access.Seller)
	who := func(kind, number string) map[string]any {
		return map[string]any{"name": planted[4], "kind": kind, "number": number}
	}
	hold := w.Hold(c, 1, 2).Hold
	for _, people := range [][]map[string]any{
		{who("1", planted[0]), who("1", planted[0])}, {who("1", planted[0]), who("3", planted[1])}, {who("1", planted[0]), who("1", planted[1][:17]+"9")}, {who("1", planted[0])},
	} {
		answers = append(answers, string(w.TryOrder(c, ids.New(), hold, people...).Want(422).Body))
	}
	o := w.Order(c, hold, who("1", planted[0]), who("2", planted[3]))
	w.Pay(c, o.ID, sandbox.WrongAmount)
	w.Notify()
	w.Clock.Advance(time.Minute)
	w.Notify()
	refund(w, c, o.ID, ids.New(), 0, 2).Want(201)
	var h struct{ Hold ids.ID }
	seller.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{3}}).Want(201).JSON(&h)
	answers = append(answers, string(seller.Do("POST", "/api/v1/counter/sales", map[string]any{
		"id": ids.New(), "session": w.Session.ID, "hold": h.Hold, "phone": planted[5],
		"people": []any{who("1", planted[1])}, "method": "cash", "taken": salestest.StallPrice,
	}).Want(201).Body))
	late := w.Order(c, w.Hold(c, 4).Hold, who("1", planted[2]))
	w.Clock.Advance(time.Hour)
	sweep(t, w)
	at := "/api/v1/shop/orders/"
	for _, path := range []string{at, at + o.ID.String(), at + late.ID.String(), at + o.ID.String() + "/tickets.pdf", at + o.ID.String() + "/refund-quote", w.Get(c, o.ID).Tickets[0].QR} {
		answers = append(answers, string(c.Do("GET", strings.TrimSuffix(path, "/"), nil).Want(200).Body))
	}
	for _, path := range []string{"/api/v1/orders", "/api/v1/orders/" + o.ID.String(), "/metrics"} {
		answers = append(answers, string(seller.Do("GET", path, nil).Body))
	}
	for _, secret := range planted {
		for i, a := range answers {
			if strings.Contains(a, secret) {
				t.Errorf("answer %d holds a planted value: %.300s", i, a)
			}
		}
		for form, text := range forms(secret) {
			if strings.Contains(log.text(), text) {
				t.Errorf("a log line holds a planted value (%s)", form)
			}
		}
	}
	if !strings.Contains(log.text(), "a payment notice was not taken") {
		t.Error("the log is not the one that is written to")
	}
	columns, found := scan(t, w)
	if len(found) > 0 {
		t.Errorf("planted values are in the clear: %v", found)
	}
	// The control: the scan finds what is planted, in text, JSON and bytes.
	w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
		_, err := pg.Exec(ctx, `begin; set local session_replication_role = replica;
			update sales.refund set reason = 'x'||'`+planted[0]+`'; update sales.orders set contact = convert_to('`+planted[5]+`', 'UTF8'), lines = lines || '["`+planted[4]+`"]'::jsonb; commit`)
		return err
	})
	if _, found = scan(t, w); len(found) != 3 {
		t.Errorf("the scan of %d columns finds %v", columns, found)
	}
	if columns < 150 {
		t.Errorf("only %d columns were read", columns)
	}
}

// forms are the ways in which a value could be written without being hidden.
func forms(s string) map[string]string {
	return map[string]string{"as it is": s, "hex": hex.EncodeToString([]byte(s)), "base64": strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(s)), "=")}
}

// scan looks for the planted values in all columns of all tables.
func scan(t *testing.T, w *salestest.World) (columns int, found []string) {
	t.Helper()
	w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
		rows, err := pg.Query(ctx, `select format('%I.%I', table_schema, table_name), column_name, data_type from information_schema.columns join information_schema.tables using (table_schema, table_name)
			where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`)
		if err != nil {
			return err
		}
		type column struct{ Table, Name, Type string }
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
		if err != nil {
			return err
		}
		columns = len(list)
		for _, c := range list {
			text := fmt.Sprintf("%q::text", c.Name)
			if c.Type == "bytea" {
				text = fmt.Sprintf("encode(%q, 'escape')", c.Name)
			}
			for _, secret := range planted {
				for form, value := range forms(secret) {
					if c.Type == "bytea" { // as encode(…, 'escape') shows it
						value = escaped(value)
					}
					var n int
					if err := pg.QueryRow(ctx, fmt.Sprintf("select count(*) from %s where position($1 in %s) > 0", c.Table, text), value).Scan(&n); err != nil {
						return err
					}
					if n > 0 {
						found = append(found, fmt.Sprintf("%s.%s (%s)", c.Table, c.Name, form))
					}
				}
			}
		}
		return nil
	})
	return columns, found
}

func escaped(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c < 0x80 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "\\%03o", c)
		}
	}
	return b.String()
}
