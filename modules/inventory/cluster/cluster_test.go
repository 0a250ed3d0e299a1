package cluster_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/cluster"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

const seats = 4000

func catalog(session ids.ID) inventorytest.Catalog {
	h := inventorytest.MustCompile(inventorytest.Grid(8, 20, 25, 1))
	cfg := engine.DefaultConfig(h, 9900)
	cfg.DocumentLimit = 0
	return inventorytest.Catalog{session: {Hall: h, Open: engine.Open{Config: cfg}}}
}

// node is one node with its own connections.
func node(ctx context.Context, name, dsn string, session ids.ID, routes []string) (*inventory.Service, *cluster.Bus, error) {
	bus, err := cluster.Start(cluster.Config{Node: name, Listen: "127.0.0.1:0", Routes: routes, Secret: "a secret of the test"})
	if err != nil {
		return nil, nil, err
	}
	d, err := db.Open(ctx, db.Config{DSN: dsn, MaxConns: 4})
	if err != nil {
		return nil, nil, err
	}
	s, err := inventory.New(ctx, inventory.Deps{
		DB: d, Catalog: catalog(session), Rows: []inventory.RowWriter{inventorytest.Rows{}}, Router: bus, Node: name,
		Options: inventory.Options{LeaseTTL: 600 * time.Millisecond},
	})
	if err != nil {
		return nil, nil, err
	}
	return s, bus, bus.Serve(s.Here())
}

// TestMain: with CLUSTER_NODE set this binary is another node, which takes the
// session, says where its routes are, and runs until it is killed.
func TestMain(m *testing.M) {
	if os.Getenv("CLUSTER_NODE") == "" {
		os.Exit(m.Run())
	}
	session := ids.MustParse(os.Getenv("CLUSTER_SESSION"))
	s, bus, err := node(context.Background(), "first", os.Getenv("CLUSTER_DSN"), session, nil)
	if err == nil {
		var tenant int32
		_, _ = fmt.Sscan(os.Getenv("CLUSTER_TENANT"), &tenant)
		err = s.Look(db.System(context.Background(), tenant, "test"), session, func(*engine.State) {})
	}
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	fmt.Println("ready", bus.RouteAddr())
	select {}
}

// Two nodes sell one event. The one that owns it is killed (SIGKILL) on the
// way; the other takes over when the lease ends. Buyers, who ask the second
// one all the time, notice a pause. Every seat is sold once, nothing
// acknowledged is lost.
func TestOwnerIsKilledWhileBothSell(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	if err := inventorytest.Install(t.Context(), d.AdminDSN); err != nil {
		t.Fatal(err)
	}
	session := ids.New()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "CLUSTER_NODE=1", "CLUSTER_SESSION="+session.String(), "CLUSTER_DSN="+d.AppDSN, fmt.Sprintf("CLUSTER_TENANT=%d", d.Tenant))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	addr, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if err != nil || !ok {
		t.Fatalf("the first node: %q %v", line, err)
	}
	s, bus, err := node(t.Context(), "second", d.AppDSN, session, []string{addr})
	if err != nil {
		t.Fatal(err)
	}
	defer bus.Close()
	defer s.Close()
	ctx := db.System(t.Context(), d.Tenant, "test")

	var sold atomic.Int64
	half := make(chan struct{})
	var once sync.Once
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			for {
				h := &engine.Hold{Meta: engine.Meta{Key: inventorytest.Key()}, Want: &engine.Want{N: 2}}
				a, err := s.Do(ctx, session, h, nil)
				if errs.CodeOf(err) == "inventory.no_fit" {
					return
				}
				if err == nil {
					a, err = s.Do(ctx, session, &engine.Confirm{Meta: engine.Meta{Key: inventorytest.Key()}, Hold: a.Key}, nil)
				}
				if err != nil {
					t.Errorf("%v", err)
					return
				}
				if sold.Add(int64(len(a.Seats))) > seats/2 {
					once.Do(func() { close(half) })
				}
			}
		})
	}
	<-half
	if st := s.Stats(); st.Events != 0 {
		t.Errorf("the second node decided %d events while the first owned the session", st.Events)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	wg.Wait()
	if sold.Load() != seats {
		t.Errorf("%d of %d seats sold", sold.Load(), seats)
	}
	c, err := pgx.Connect(t.Context(), d.AdminDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	var tickets, distinct, orders int
	if err := c.QueryRow(t.Context(), "select count(*), count(distinct seat_id), (select sum(tickets) from inventorytest.sale) from inventorytest.ticket").Scan(&tickets, &distinct, &orders); err != nil {
		t.Fatal(err)
	}
	if tickets != seats || distinct != seats || orders != seats {
		t.Errorf("%d tickets, %d seats, %d in orders", tickets, distinct, orders)
	}
	t.Logf("the second node committed %d events after the first was killed", s.Stats().Events)
}
