package migrations_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/migrations"
	"parterre/modules/core/dbtest"
)

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
	return c
}

// schema describes everything that the steps make, one thing a line.
func schema(t *testing.T, dsn string) string {
	t.Helper()
	c := connect(t, dsn)
	rows, _ := c.Query(t.Context(), `
		with mine as (select oid, nspname from pg_namespace where nspname not like 'pg\_%' and nspname not in ('information_schema', 'public', 'migration'))
		select 'schema ' || nspname from mine
		union all select format('%s %s.%s %s', relkind, nspname, relname, relacl) from pg_class join mine on mine.oid = relnamespace
		union all select format('column %s.%s.%s %s %s %s', nspname, relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
			from pg_attribute a join pg_class c on c.oid = attrelid join mine on mine.oid = relnamespace
			left join pg_attrdef on adrelid = attrelid and adnum = attnum where attnum > 0 and not attisdropped
		union all select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid)) from pg_constraint c join mine on mine.oid = connamespace
		union all select format('index %s', indexdef) from pg_indexes join mine on nspname = schemaname
		union all select format('trigger %s', pg_get_triggerdef(t.oid)) from pg_trigger t join pg_class c on c.oid = tgrelid join mine on mine.oid = relnamespace where not tgisinternal
		union all select format('policy %s %s %s %s', tablename, policyname, qual, with_check) from pg_policies join mine on nspname = schemaname
		union all select format('function %s', pg_get_functiondef(p.oid)) from pg_proc p join mine on mine.oid = pronamespace where prokind <> 'a'
		union all select format('type %s.%s', nspname, typname) from pg_type join mine on mine.oid = typnamespace where typtype in ('e', 'd')
		order by 1`)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestUpDownUp(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Blank(t)
	steps, err := migrations.Steps()
	if err != nil {
		t.Fatal(err)
	}
	empty := schema(t, dsn)
	var names []string
	note := func(s migrations.Step) { names = append(names, s.Name) }
	if err := migrations.Up(t.Context(), dsn, note); err != nil {
		t.Fatal(err)
	}
	if len(names) != len(steps) || names[0] != steps[0].Name {
		t.Fatalf("reported %v", names)
	}
	first := schema(t, dsn)
	if strings.Count(first, "\n") < 100 {
		t.Fatalf("the description of the schema is too short to show anything:\n%s", first)
	}
	names = nil
	if err := migrations.Up(t.Context(), dsn, note); err != nil || len(names) != 0 {
		t.Fatalf("a second up did %v, %v", names, err)
	}
	if err := migrations.Down(t.Context(), dsn, 0, note); err != nil || len(names) != len(steps) || names[len(names)-1] != steps[0].Name {
		t.Fatalf("down: %v, %v", names, err)
	}
	if rest := schema(t, dsn); rest != empty {
		t.Fatalf("down left something:\n%s", rest)
	}
	if err := migrations.Up(t.Context(), dsn, nil); err != nil {
		t.Fatal(err)
	}
	if again := schema(t, dsn); again != first {
		t.Fatalf("the second schema differs from the first:\n%s", again)
	}
}

// Each step can be taken back by itself, from the newest on.
func TestDownStepByStep(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Blank(t)
	steps, err := migrations.Steps()
	if err != nil {
		t.Fatal(err)
	}
	if err := migrations.Up(t.Context(), dsn, nil); err != nil {
		t.Fatal(err)
	}
	for i := len(steps) - 1; i >= 0; i-- {
		before := 0
		if i > 0 {
			before = steps[i-1].Number
		}
		if err := migrations.Down(t.Context(), dsn, before, nil); err != nil {
			t.Fatalf("%04d_%s: %v", steps[i].Number, steps[i].Name, err)
		}
		states, err := migrations.Status(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		for j, s := range states {
			if s.Applied != (j < i) {
				t.Fatalf("after taking back %s, %s is applied: %v", steps[i].Name, s.Name, s.Applied)
			}
		}
	}
}

func TestAChangedStepIsRefused(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Blank(t)
	if err := migrations.Up(t.Context(), dsn, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, dsn).Exec(t.Context(), "update migration.step set sha256 = 'other' where number = 1"); err != nil {
		t.Fatal(err)
	}
	if err := migrations.Up(t.Context(), dsn, nil); !errors.Is(err, migrations.ErrChanged) || !strings.Contains(err.Error(), "0001_core") {
		t.Fatalf("%v", err)
	}
	states, err := migrations.Status(t.Context(), dsn)
	if err != nil || !states[0].Changed || states[1].Changed {
		t.Fatalf("%+v %v", states[:2], err)
	}
}

func TestTwoMigratorsAtOnce(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Blank(t)
	steps, err := migrations.Steps()
	if err != nil {
		t.Fatal(err)
	}
	start := make(chan struct{})
	var did [4]int
	var errs [4]error
	var wg sync.WaitGroup
	for i := range did {
		wg.Go(func() {
			<-start
			errs[i] = migrations.Up(t.Context(), dsn, func(migrations.Step) { did[i]++ })
		})
	}
	close(start)
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil || did[0]+did[1]+did[2]+did[3] != len(steps) {
		t.Fatalf("steps done %v, %v", did, err)
	}
}
