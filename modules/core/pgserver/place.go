package pgserver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// closedHome is where a root process keeps clusters whose wanted folder the server's account cannot reach. It is not
// a temporary folder, because those are emptied by age.
const closedHome = "/var/lib/parterre"

const (
	dataNote   = "data-is-at" // in Config.Dir: path of the place elsewhere
	originNote = "belongs-to" // in that place: the Config.Dir it serves
	longestDir = 107 - len("/.s.PGSQL.5432.lock")
)

// account is the user that initdb and the server run as.
type account struct {
	Name string
	UID  int
	GID  int
	Drop bool // true: we are root and change to it
}

// place is where one cluster lives. Data and Socket are absolute, belong to the account and have mode 0700.
type place struct {
	Root    string  // parent of Data; Config.Dir or a folder under closedHome
	Data    string  // the cluster
	Socket  string  // folder of the unix socket
	Log     string  // file
	Account account `json:"-"`
}

// chooseAccount keeps an ordinary user as it is. Root becomes the owner of the cluster that is there already, else
// postgres, else nobody.
func chooseAccount(dir string) (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		return account{Name: userName(uid), UID: uid, GID: os.Getegid()}, nil
	}
	root := dir
	if at, err := readNote(dir); err != nil {
		return account{}, err
	} else if at != "" {
		root = at
	}
	if info, err := os.Stat(filepath.Join(root, "data")); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return account{Name: userName(int(st.Uid)), UID: int(st.Uid), GID: int(st.Gid), Drop: true}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2); err != nil {
			return account{}, fmt.Errorf("user %s has ids %s:%s: %w", name, u.Uid, u.Gid, err)
		}
		return account{Name: name, UID: uid, GID: gid, Drop: true}, nil
	}
	return account{}, errors.New("PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody to run it as")
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}

// ownerName is for messages.
func ownerName(path string) string {
	if info, err := os.Stat(path); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			return userName(int(st.Uid))
		}
	}
	return "(unknown)"
}

// canEnter tells whether the account may walk into dir. Access control lists are not read: at worst a cluster lives
// in closedHome though it need not.
func (a account) canEnter(dir string) bool {
	if !a.Drop {
		return true // our own rights; the system itself will say no
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	for at := real; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return false
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return false
		}
		bit := os.FileMode(0o001)
		switch {
		case int(st.Uid) == a.UID:
			bit = 0o100
		case int(st.Gid) == a.GID:
			bit = 0o010
		}
		if info.Mode().Perm()&bit == 0 {
			return false
		}
		if at == "/" {
			return true
		}
	}
}

// makeReachableDir makes dir and its missing parents with mode 0755 whatever the umask: a umask of 077 would lock the
// server's account out of folders that hold nothing secret. Folders that exist are not touched.
func makeReachableDir(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s exists and is no folder", dir)
		}
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := makeReachableDir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		if errors.Is(err, os.ErrExist) {
			return nil
		}
		return err
	}
	return os.Chmod(dir, 0o755) // see above: the secret parts below have 0700
}

// choosePlace decides where the cluster of dir lives and makes the socket's folder.
func choosePlace(dir string, who account, log *slog.Logger) (place, error) {
	root, err := choosePlaceRoot(dir, who, log)
	if err != nil {
		return place{}, err
	}
	p := place{Root: root, Data: filepath.Join(root, "data"), Log: filepath.Join(dir, "postgres.log"), Account: who}
	if err := checkOwner(p.Data, who); err != nil {
		return place{}, err
	}
	p.Socket = filepath.Join(root, "run")
	if len(p.Socket) > longestDir {
		// A socket's path may have 107 bytes. The short name is derived, so that the next start finds the same one.
		sum := sha256.Sum256([]byte(root))
		p.Socket = fmt.Sprintf("/tmp/parterre-%d-%s", who.UID, hex.EncodeToString(sum[:6]))
	}
	if err := ownDir(p.Socket, who); err != nil {
		return place{}, err
	}
	return p, nil
}

func choosePlaceRoot(dir string, who account, log *slog.Logger) (string, error) {
	at, err := readNote(dir)
	if err != nil {
		return "", err
	}
	if at != "" {
		if _, err := os.Stat(at); err != nil {
			return "", fmt.Errorf("%s says that the cluster lives in %s, which is not there; put it back, or delete the note to begin anew",
				filepath.Join(dir, dataNote), at)
		}
		return at, nil
	}
	if who.canEnter(dir) {
		return dir, nil
	}
	return moveOut(dir, who, log)
}

// moveOut makes a place for a cluster whose own folder is closed to the server's account, and leaves the note.
func moveOut(dir string, who account, log *slog.Logger) (string, error) {
	if err := makeReachableDir(closedHome); err != nil {
		return "", fmt.Errorf("user %s cannot reach %s, and %s cannot be made: %w", who.Name, dir, closedHome, err)
	}
	warnOfFormer(dir, log)
	at, err := os.MkdirTemp(closedHome, "pg-")
	if err != nil {
		return "", fmt.Errorf("user %s cannot reach %s, and no other place can be made: %w", who.Name, dir, err)
	}
	if err := os.Chmod(at, 0o755); err != nil { // data/ and run/ inside have 0700
		return "", err
	}
	if err := os.WriteFile(filepath.Join(at, originNote), []byte(dir+"\n"), 0o644); err != nil { // a path, no secret
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, dataNote), []byte(at+"\n"), 0o644); err != nil { // a path, no secret
		return "", err
	}
	log.Warn("PostgreSQL never runs as root, and its user cannot reach the wanted folder; the data lives elsewhere",
		"user", who.Name, "wanted", dir, "data", at)
	return at, nil
}

// warnOfFormer names clusters left behind by a Dir that was deleted without its place.
func warnOfFormer(dir string, log *slog.Logger) {
	notes, _ := filepath.Glob(filepath.Join(closedHome, "pg-*", originNote))
	for _, note := range notes {
		if text, err := os.ReadFile(note); err == nil && strings.TrimSpace(string(text)) == dir {
			log.Warn("an older cluster of this folder is still on the disk; delete it if nobody needs it", "data", filepath.Dir(note))
		}
	}
}

// PlaceOf tells where the cluster of dir lives: dir itself, or the place its note names. For backup and clean-up.
func PlaceOf(dir string) (string, error) {
	at, err := readNote(dir)
	if err != nil || at != "" {
		return at, err
	}
	return filepath.Abs(dir)
}

func readNote(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, dataNote))
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("cannot read where the cluster lives: %w", err)
	}
	at := strings.TrimSpace(string(text))
	if !filepath.IsAbs(at) {
		return "", fmt.Errorf("%s holds %q, which is no absolute path", filepath.Join(dir, dataNote), at)
	}
	return at, nil
}

// checkOwner refuses a cluster that the account does not own, before PostgreSQL says so in its own words.
func checkOwner(data string, who account) error {
	info, err := os.Lstat(data)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot look at the cluster: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(st.Uid) == who.UID {
		return nil
	}
	return fmt.Errorf("the cluster in %s belongs to user %s, but this is user %s; run as the former (or as root), or name another folder",
		data, userName(int(st.Uid)), who.Name)
}

// ownDir makes a folder with mode 0700 that belongs to the account, or checks that the one there is such a folder and
// no link: under /tmp anybody could have put one in our way.
func ownDir(dir string, who account) error {
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		if who.Drop {
			err = os.Lchown(dir, who.UID, who.GID)
		}
		if err != nil {
			return fmt.Errorf("cannot give %s to user %s: %w", dir, who.Name, err)
		}
		return nil
	}
	if !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("cannot make %s: %w", dir, err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("cannot look at %s: %w", dir, err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(st.Uid) != who.UID || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s must be a folder of user %s that nobody else may enter (mode 0700), but is not; remove it", dir, who.Name)
	}
	return nil
}
