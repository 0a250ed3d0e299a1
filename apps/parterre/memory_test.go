package main

import (
	"os"
	"testing"
)

func TestMemoryIsTheMachinesOrTheContainers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"nobody says":         {nil, 0},
		"a machine":           {map[string]string{"/proc/meminfo": "MemTotal:       24689112 kB\nMemFree: 1 kB\n"}, 24689112 << 10},
		"a container":         {map[string]string{"/proc/meminfo": "MemTotal: 24689112 kB\n", "/sys/fs/cgroup/memory.max": "536870912\n"}, 512 << 20},
		"one without limit":   {map[string]string{"/proc/meminfo": "MemTotal: 1024 kB\n", "/sys/fs/cgroup/memory.max": "max\n"}, 1 << 20},
		"one of the old kind": {map[string]string{"/proc/meminfo": "MemTotal: 1024 kB\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 1 << 20},
		"no sense":            {map[string]string{"/proc/meminfo": "MemTotal: much kB\n", "/sys/fs/cgroup/memory.max": "-\n"}, 0},
	} {
		got := memory(func(path string) ([]byte, error) {
			text, ok := c.files[path]
			if !ok {
				return nil, os.ErrNotExist
			}
			return []byte(text), nil
		})
		if got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
