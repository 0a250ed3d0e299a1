package pgserver

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A deep checkout: the socket's path would pass the kernel's limit of 107 bytes.
func TestLongPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testDir(t), strings.Repeat("deep-folder/", 12), "pg")
	s := start(t, Config{Dir: dir, Fast: true})
	t.Cleanup(func() { _ = os.RemoveAll(s.SocketDir()) })
	if got := len(s.SocketDir()); got > longestDir {
		t.Fatalf("socket folder has %d bytes", got)
	}
	ask(t, connect(t, s), "select 'x'")
}

// Someone else has put a folder (or a link) where our short socket folder belongs.
func TestSquattedSocketDir(t *testing.T) {
	t.Parallel()
	me := account{Name: "me", UID: os.Geteuid(), GID: os.Getegid()}
	base := testDir(t)
	if err := os.MkdirAll(base, 0o755); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(base, "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(base, "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{open, link} {
		if err := ownDir(dir, me); err == nil || !strings.Contains(err.Error(), "0700") {
			t.Errorf("%s was taken: %v", dir, err)
		}
	}
	fresh := filepath.Join(base, "fresh")
	for range 2 { // made, then found
		if err := ownDir(fresh, me); err != nil {
			t.Error(err)
		}
	}
}

// A checkout under /root (0700): the server's user cannot get there, so the data lives elsewhere and a note says where.
func TestClosedParentAsRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root drops to another user")
	}
	closed := testDir(t)
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "var", "pg")
	s := start(t, Config{Dir: dir, Fast: true})
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(s.DataDir())) })
	if !strings.HasPrefix(s.DataDir(), closedHome+"/pg-") {
		t.Fatalf("data is in %s", s.DataDir())
	}
	do(t, connect(t, s), "create table kept (n int)")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	again := start(t, Config{Dir: dir, Fast: true})
	if again.DataDir() != s.DataDir() {
		t.Fatalf("the second start uses %s, the first used %s", again.DataDir(), s.DataDir())
	}
	ask(t, connect(t, again), "select count(*)::text from kept")
	if at, err := PlaceOf(dir); err != nil || at != filepath.Dir(s.DataDir()) {
		t.Errorf("PlaceOf says %s, %v", at, err)
	}
	if err := again.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Dir(s.DataDir())); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), dataNote) {
		t.Errorf("with the place gone the start says %v; it must name the note instead of beginning anew", err)
	}
}

// A folder that somebody else (root, say) has used before.
func TestFolderOfAnotherUser(t *testing.T) {
	t.Parallel()
	dir := "/etc" // belongs to root and holds no lock of ours
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere; TestAsOrdinaryUser runs this")
	}
	if _, err := Start(t.Context(), Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), "belongs to user root") {
		t.Fatal(err)
	}
}
