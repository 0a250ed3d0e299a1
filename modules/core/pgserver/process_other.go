//go:build unix && !linux

package pgserver

import "syscall"

// processAttr is the same as on Linux without the death signal, which other systems lack: after a kill of the owner
// the server lives on until the next start ends it.
func processAttr(who account) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if who.Drop {
		attr.Credential = &syscall.Credential{Uid: uint32(who.UID), Gid: uint32(who.GID)} // ids from the system
	}
	return attr
}

// runsCluster cannot look into other processes here; PostgreSQL's own check of postmaster.pid has to do.
func runsCluster(pid int, _ string) bool { return syscall.Kill(pid, 0) == nil }
