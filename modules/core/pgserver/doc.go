// Package pgserver runs a private PostgreSQL for one folder.
//
// `make run` and the tests need a real server without asking anybody to install, configure or start one. Start finds
// the binaries, makes a cluster the first time, starts it as a child of this process and stops it again. What it
// promises:
//
//   - It listens on a unix socket only; the socket's folder has mode 0700, so nobody but its owner (and root) gets to
//     the door. That is why the host-based authentication may say "trust".
//   - Neither initdb nor the server runs as root. A root process starts them as user postgres (else nobody), in a
//     folder that this user can reach: when the wanted folder lies under a closed one (a checkout in /root), the
//     cluster lives under /var/lib/parterre and the wanted folder keeps a note, "data-is-at", that says where.
//   - The server dies with its parent, even when that is killed with SIGKILL; a start after such an end waits for the
//     remains, removes a stale postmaster.pid and lets PostgreSQL recover. Committed work is kept: fsync and
//     synchronous_commit are on unless Config.Fast says that the data may be lost (tests).
//   - One process owns a folder at a time. A second one is told which process has it, or joins it if it says Attach.
//   - The server's log holds no statement text, no parameters and no row values, because those are personal data.
//
// Layout of Config.Dir:
//
//	lock             held (flock) by the owning process; holds its process id
//	server.json      where the running server is, for processes that attach
//	data-is-at       only when the cluster had to live elsewhere: the path of that place
//	data/            the cluster (or in the place named above)
//	run/             the socket (or a short folder under /tmp when this path is too long for a socket)
//	postgres.log     the server's log, previous one in postgres.log.1
package pgserver
