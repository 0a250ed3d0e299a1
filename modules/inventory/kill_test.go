package inventory_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/migrations"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/pgserver"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

// kill9 ends a server and its children as a power failure would, and waits
// until the last of them is gone: it would keep a new server from starting.
func kill9(t *testing.T, pid int) {
	t.Helper()
	_ = syscall.Kill(pid, syscall.SIGSTOP) // no new children from here on
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		t.Skipf("this kernel does not list children: %v", err)
	}
	var children []int
	for _, f := range strings.Fields(string(list)) {
		if child, err := strconv.Atoi(f); err == nil {
			children = append(children, child)
			_ = syscall.Kill(child, syscall.SIGKILL)
		}
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	for _, child := range children {
		for {
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child))
			if err != nil || strings.Contains(string(stat), ") Z ") {
				break
			}
			time.Sleep(time.Millisecond)
		}
	}
}

// Every process of PostgreSQL is killed three times under load. Buyers go on
// with the same keys. Nothing acknowledged is lost, nothing is sold twice, and
// every order is there once.
func TestKillPostgresUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a durable server of its own")
	}
	t.Parallel()
	dir, err := os.MkdirTemp("/var/tmp", "parterre-kill-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // the server's user must get through
		t.Fatal(err)
	}
	cfg := pgserver.Config{Dir: filepath.Join(dir, "pg"), Settings: map[string]string{"fsync": "on", "synchronous_commit": "on"}}
	pg, err := pgserver.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if pg != nil {
			_ = pg.Stop()
		}
	}()
	dsn, err := pg.EnsureDatabase(t.Context(), "kill")
	if err != nil {
		t.Fatal(err)
	}
	if err := migrations.Up(t.Context(), dsn, nil); err != nil {
		t.Fatal(err)
	}
	if err := inventorytest.Install(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Config{DSN: pg.DSN(db.AppRole, "kill")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	h := inventorytest.MustCompile(inventorytest.Grid(40, 20, 25, 4))
	open := engine.DefaultConfig(h, 12300)
	open.DocumentLimit = 0
	session := ids.New()
	s, err := inventory.New(t.Context(), inventory.Deps{
		DB: d, Rows: []inventory.RowWriter{inventorytest.Rows{}}, Node: "a",
		Catalog: inventorytest.Catalog{session: {Hall: h, Open: engine.Open{Config: open}}}, Options: inventory.Options{BatchTimeout: 3 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := db.System(t.Context(), 1, "test")

	var sold, orders, unknown atomic.Int64
	acked := sync.Map{} // sale key -> seats
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a, ok := again(ctx, s, session, &engine.Hold{Meta: meta(), Want: &engine.Want{N: 2}}, &unknown, stop)
				if !ok {
					return
				}
				sale, ok := again(ctx, s, session, &engine.Confirm{Meta: meta(), Hold: a.Key}, &unknown, stop)
				if !ok {
					return
				}
				acked.Store(sale.Key, len(sale.Seats))
				sold.Add(int64(len(sale.Seats)))
				orders.Add(1)
			}
		})
	}
	for range 3 {
		before := sold.Load()
		for sold.Load() < before+600 {
			time.Sleep(time.Millisecond) // load, not time, decides when
		}
		kill9(t, pg.Pid())
		<-pg.Done()
		_ = pg.Stop()
		if pg, err = pgserver.Start(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
	}
	before := sold.Load()
	for sold.Load() < before+600 {
		time.Sleep(time.Millisecond)
	}
	close(stop)
	wg.Wait()
	checkKilled(t, dsn, s, session, &acked, sold.Load())
	t.Logf("%d orders, %d tickets acknowledged; %d answers were unknown at first", orders.Load(), sold.Load(), unknown.Load())
}

// again asks until there is an answer, always under the same key.
func again(ctx context.Context, s *inventory.Service, session ids.ID, cmd engine.Command, unknown *atomic.Int64, stop chan struct{}) (engine.Answer, bool) {
	for {
		a, err := s.Do(ctx, session, cmd, nil)
		if err == nil {
			return a, true
		}
		if a.Refused != nil {
			return a, false
		}
		unknown.Add(1)
		select {
		case <-stop:
			if unknown.Load() > 1<<20 {
				return a, false
			}
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func checkKilled(t *testing.T, dsn string, s *inventory.Service, session ids.ID, acked *sync.Map, sold int64) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	rows, err := c.Query(t.Context(), "select sale_id, tickets, (select count(*) from inventorytest.ticket t where t.tenant_id = s.tenant_id and t.sale_id = s.sale_id) from inventorytest.sale s")
	if err != nil {
		t.Fatal(err)
	}
	have := map[engine.Key]int{}
	var total int64
	var id [16]byte
	var n, tickets int
	if _, err := pgx.ForEachRow(rows, []any{&id, &n, &tickets}, func() error {
		if n != tickets {
			t.Errorf("an order of %d has %d tickets", n, tickets)
		}
		have[id] = n
		total += int64(n)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	acked.Range(func(k, v any) bool {
		if have[k.(engine.Key)] != v.(int) {
			t.Errorf("an acknowledged order of %d tickets has %d", v, have[k.(engine.Key)])
		}
		return true
	})
	if total != sold {
		t.Errorf("%d tickets in the rows, %d acknowledged", total, sold)
	}
	err = s.Look(db.System(t.Context(), 1, "test"), session, func(st *engine.State) {
		if m := st.Meter(); int64(m.Sold) != sold {
			t.Errorf("the writer says %d sold, %d were acknowledged", m.Sold, sold)
		}
		if err := st.Check(); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
