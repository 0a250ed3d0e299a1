package main

import (
	"bytes"
	"math"
	"os"
	"runtime/debug"
	"strconv"
)

// collectLess lets garbage grow to three times what lives before it is
// collected: a server that keeps little and answers much spends a twentieth of
// its time on collecting otherwise. From half of the machine's (or the
// container's) memory on, it is collected as it comes. GOGC and GOMEMLIMIT, if
// set, say otherwise.
func collectLess() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	most := memory(os.ReadFile)
	if most <= 0 {
		return // unknown: Go's own way
	}
	debug.SetMemoryLimit(most / 2)
	debug.SetGCPercent(300)
}

// memory is what there is for this process in bytes, 0 if nobody says.
func memory(read func(string) ([]byte, error)) int64 {
	most := int64(math.MaxInt64)
	if text, err := read("/proc/meminfo"); err == nil {
		for line := range bytes.Lines(text) {
			if f := bytes.Fields(line); len(f) == 3 && string(f[0]) == "MemTotal:" {
				if kb, err := strconv.ParseInt(string(f[1]), 10, 50); err == nil {
					most = kb << 10
				}
			}
		}
	}
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if text, err := read(path); err == nil {
			if n, err := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64); err == nil { // "max" is no number
				most = min(most, n)
			}
		}
	}
	if most == math.MaxInt64 {
		return 0
	}
	return most
}
