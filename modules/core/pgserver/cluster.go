package pgserver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// hba lets in whoever gets to the socket; the folder's mode decides who does. There is no line for TCP.
const hba = "# Written by Parterre. The socket lies in a folder with mode 0700: getting there is the proof.\nlocal all all trust\n"

// ensureCluster makes the cluster if there is none. It is made beside and renamed, so that an interrupted initdb
// leaves nothing that looks like a cluster.
func ensureCluster(ctx context.Context, bin Binaries, p place, cfg Config) error {
	if major, err := clusterMajor(p.Data); err != nil || major != 0 {
		return err
	}
	if entries, err := os.ReadDir(p.Data); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty and holds no cluster; move its content away", p.Data)
	}
	cfg.Log.Info("making a new database cluster", "dir", p.Data, "postgres", bin.Version, "user", p.Account.Name)
	fresh := p.Data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("cannot remove the remains of an interrupted start: %w", err)
	}
	if err := ownDir(fresh, p.Account); err != nil {
		return err
	}
	args := []string{
		"--pgdata=" + fresh, "--username=" + Superuser, "--encoding=UTF8", "--locale=C.UTF-8",
		"--auth=trust", "--data-checksums", "--no-instructions",
	}
	if cfg.Fast {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin.Dir, "initdb"), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = p.Root, serverEnv(), processAttr(p.Account)
	if out, err := cmd.CombinedOutput(); err != nil {
		_ = os.RemoveAll(fresh)
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("initdb failed: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	if err := os.WriteFile(filepath.Join(fresh, "pg_hba.conf"), []byte(hba), 0o600); err != nil {
		return err
	}
	_ = os.Remove(p.Data) // an empty folder is fine, any other was refused above
	return os.Rename(fresh, p.Data)
}

// serverEnv is all that initdb and the server see of our environment: PGDATA, PGOPTIONS and the like of the caller
// must not change what they do.
func serverEnv() []string {
	env := []string{"LC_ALL=C.UTF-8", "TZ=UTC", "PATH=/usr/bin:/bin"}
	if lib := os.Getenv("LD_LIBRARY_PATH"); lib != "" {
		env = append(env, "LD_LIBRARY_PATH="+lib)
	}
	return env
}

// settings are given on the command line, so that a cluster always runs as this version of the program wants.
func settings(p place, cfg Config) []string {
	limit := cfg.MaxConnections
	if limit == 0 {
		limit = 120
	}
	set := map[string]string{
		"listen_addresses":        "",
		"port":                    strconv.Itoa(port),
		"unix_socket_directories": p.Socket,
		"unix_socket_permissions": "0700",
		"max_connections":         strconv.Itoa(limit),
		"shared_buffers":          "256MB",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"fsync":                   "on",
		"full_page_writes":        "on",
		"synchronous_commit":      "on",
		"password_encryption":     "scram-sha-256",
		"logging_collector":       "off",
		"log_destination":         "stderr",
		// Statements, parameters and row values are personal data: an error is logged by its text alone.
		"log_statement":                     "none",
		"log_min_error_statement":           "panic",
		"log_min_duration_statement":        "-1",
		"log_parameter_max_length":          "0",
		"log_parameter_max_length_on_error": "0",
		"log_error_verbosity":               "terse",
	}
	if cfg.Fast {
		set["fsync"], set["full_page_writes"], set["synchronous_commit"] = "off", "off", "off"
		set["max_wal_size"], set["log_checkpoints"] = "2GB", "off"
		set["autovacuum_naptime"] = "60s"
	}
	for name, value := range cfg.Settings {
		set[name] = value
	}
	names := slices.Sorted(maps.Keys(set))
	args := make([]string, 0, 2*len(names))
	for _, name := range names {
		args = append(args, "-c", name+"="+set[name])
	}
	return args
}

// tail is the end of a log from an offset on, for an error message.
func tail(file string, from int64) string {
	text, err := os.ReadFile(file)
	if err != nil || int64(len(text)) <= from {
		return "(its log is empty)"
	}
	lines := strings.Split(strings.TrimSpace(string(text[from:])), "\n")
	if len(lines) > 12 {
		lines = lines[len(lines)-12:]
	}
	return strings.Join(lines, "\n")
}

// keptLog is the size above which the log of the former run is put aside.
const keptLog = 8 << 20

func openLog(file string) (*os.File, int64, error) {
	if info, err := os.Stat(file); err == nil && info.Size() > keptLog {
		if err := os.Rename(file, file+".1"); err != nil {
			return nil, 0, err
		}
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("cannot open the server's log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}
