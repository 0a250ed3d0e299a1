package pgserver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// processAttr drops root, puts the process in a group of its own (Ctrl-C reaches us alone, so that requests can end
// before the database does) and has the kernel ask it to end when we die: SIGINT is PostgreSQL's fast shutdown.
func processAttr(who account) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	if who.Drop {
		attr.Credential = &syscall.Credential{Uid: uint32(who.UID), Gid: uint32(who.GID)} // ids from the system
	}
	return attr
}

// runsCluster tells whether the process is a PostgreSQL server on that folder: process ids are used again.
func runsCluster(pid int, data string) bool {
	comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil || strings.TrimSpace(string(comm)) != "postgres" {
		return false
	}
	if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && strings.Contains(string(stat), ") Z ") {
		return false
	}
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil {
		return true // it is postgres and we may not look: better to wait for it than to start beside it
	}
	real, err := filepath.EvalSymlinks(data)
	return err == nil && cwd == real
}
