package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// KeyFile is the JSON form of the keys on disk, mode 0600. With Wrap its keys
// are sealed by a key that never leaves a device (PKCS#11), and the file alone
// opens nothing.
type KeyFile struct {
	Current uint32               `json:"current"`
	Keys    map[uint32]string    `json:"keys"`              // base64 of 32 bytes each, or of what the device sealed
	Index   string               `json:"index"`             // the first index key, in the same way
	Indexes []IndexKey           `json:"indexes,omitempty"` // later ones, oldest first
	Retired map[uint32]time.Time `json:"retired,omitempty"` // since when a key seals no more
	Wrap    string               `json:"wrap,omitempty"`    // the device's key that seals these
}

// IndexKey is a key of blind indexes for the sessions made from a moment on.
type IndexKey struct {
	From time.Time `json:"from"`
	Key  string    `json:"key"`
}

// Wrapper seals keys with one that never leaves its device.
type Wrapper interface {
	Name() string // of its key, kept in the file
	Wrap(key, bound []byte) ([]byte, error)
	Unwrap(sealed, bound []byte) ([]byte, error)
}

// Errors of key files. None tells of a key's content.
var (
	ErrWrapped  = errors.New("identity: the keys are sealed by a device; give its module, token and PIN")
	ErrKeyInUse = errors.New("identity: the key cannot be dropped yet")
	ErrNoKey    = errors.New("identity: there is no such key")
)

// OpenVault reads the keys at path, or makes them the first time.
func OpenVault(path string) (*Vault, error) { return OpenVaultWith(path, nil) }

// OpenVaultWith is OpenVault for keys that w seals; nil: they lie open in a
// file of mode 0600. A new file is sealed by w from the beginning.
func OpenVaultWith(path string, w Wrapper) (*Vault, error) {
	v := &Vault{file: &watched{path: path, wrapper: w}}
	f, info, err := readKeys(path)
	if errors.Is(err, fs.ErrNotExist) {
		if f, err = newKeyFile(w); err == nil {
			err = createKeys(path, f)
		}
		if err == nil {
			info, err = os.Stat(path)
		}
	}
	if err != nil {
		return nil, err
	}
	r, err := newRing(f, w)
	if err != nil {
		return nil, err
	}
	v.file.seen = info
	v.ring.Store(r)
	return v, nil
}

// watched is a file of keys that is read again when it has changed.
type watched struct {
	path    string
	wrapper Wrapper
	mu      sync.Mutex
	seen    os.FileInfo
}

// keys is the state of the keys now. Another process may have rotated them:
// nothing is sealed under a key that the file has retired. A file that cannot
// be read, or a device that does not answer, leaves the state that is known.
func (v *Vault) keys() *ring {
	if v.file == nil {
		return v.ring.Load()
	}
	info, err := os.Stat(v.file.path)
	if err != nil {
		return v.ring.Load()
	}
	v.file.mu.Lock()
	defer v.file.mu.Unlock()
	if seen := v.file.seen; os.SameFile(seen, info) && seen.ModTime().Equal(info.ModTime()) && seen.Size() == info.Size() {
		return v.ring.Load()
	}
	f, info, err := readKeys(v.file.path)
	if err != nil {
		return v.ring.Load()
	}
	if r, err := newRing(f, v.file.wrapper); err == nil {
		v.ring.Store(r)
		v.file.seen = info
	}
	return v.ring.Load()
}

func readKeys(path string) (f KeyFile, info os.FileInfo, err error) {
	if info, err = os.Stat(path); err != nil {
		return f, nil, fmt.Errorf("identity: cannot read the keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return f, nil, fmt.Errorf("identity: %s may be read by others; run chmod 600 on it", path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return f, nil, fmt.Errorf("identity: cannot read the keys: %w", err)
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return f, nil, fmt.Errorf("identity: %s is not a key file", path)
	}
	return f, info, nil
}

func newKeyFile(w Wrapper) (f KeyFile, err error) {
	f = KeyFile{Current: 1, Keys: map[uint32]string{}}
	if w != nil {
		f.Wrap = w.Name()
	}
	if f.Keys[1], err = sealKey(w, newKey(), keyName(1)); err != nil {
		return f, err
	}
	f.Index, err = sealKey(w, newKey(), indexName)
	return f, err
}

const indexName = "parterre identity index"

func keyName(id uint32) string { return fmt.Sprintf("parterre identity key %d", id) }

// newKey makes a key: base64 of 32 random bytes.
func newKey() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

func sealKey(w Wrapper, key, name string) (string, error) {
	if w == nil {
		return key, nil
	}
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return "", err
	}
	sealed, err := w.Wrap(raw, []byte(name))
	return base64.StdEncoding.EncodeToString(sealed), err
}

func openKey(f KeyFile, w Wrapper, text, name string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("identity: %s must be base64", name)
	}
	if f.Wrap != "" {
		if w == nil {
			return nil, ErrWrapped
		}
		if raw, err = w.Unwrap(raw, []byte(name)); err != nil {
			return nil, fmt.Errorf("identity: the device does not open the %s: %w", name, err)
		}
	}
	if len(raw) != 32 {
		return nil, fmt.Errorf("identity: %s must be base64 of 32 bytes", name)
	}
	return raw, nil
}

func newRing(f KeyFile, w Wrapper) (*ring, error) {
	r := &ring{current: f.Current, aeads: map[uint32]cipher.AEAD{}}
	for id, text := range f.Keys {
		key, err := openKey(f, w, text, keyName(id))
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if r.aeads[id], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
	}
	if r.aeads[r.current] == nil {
		return nil, fmt.Errorf("identity: the current key %d is missing", r.current)
	}
	for _, x := range append([]IndexKey{{Key: f.Index}}, f.Indexes...) {
		secret, err := openKey(f, w, x.Key, indexName)
		if err != nil {
			return nil, err
		}
		key, err := hkdf.Key(sha256.New, secret, nil, "parterre blind index v1", 32)
		if err != nil {
			return nil, err
		}
		if n := len(r.indexes); n > 1 && !r.indexes[n-1].from.Before(x.From) {
			return nil, errors.New("identity: index keys are not in the order of time")
		}
		r.indexes = append(r.indexes, index{x.From, key})
	}
	return r, nil
}

// Rotate adds a key that seals from now on; the others open what they sealed
// until it is sealed anew (Reseal) and they are dropped. It returns the new
// key's id.
func Rotate(path string, w Wrapper, now time.Time) (id uint32, err error) {
	err = change(path, w, func(f *KeyFile) error {
		for have := range maps.Keys(f.Keys) {
			id = max(id, have)
		}
		for have := range maps.Keys(f.Retired) { // an id is never used again
			id = max(id, have)
		}
		id++
		if f.Retired == nil {
			f.Retired = map[uint32]time.Time{}
		}
		f.Retired[f.Current] = now
		f.Current = id
		f.Keys[id], err = sealKey(w, newKey(), keyName(id))
		return err
	})
	return id, err
}

// RotateIndex adds an index key for the sessions that are made from a moment
// on. Sessions that are there keep theirs: their indexes are in the journal,
// which does not change. An old index key goes when the last of its sessions
// is erased (DropIndex).
func RotateIndex(path string, w Wrapper, from time.Time) error {
	return change(path, w, func(f *KeyFile) error {
		sealed, err := sealKey(w, newKey(), indexName)
		f.Indexes = append(f.Indexes, IndexKey{From: from, Key: sealed})
		return err
	})
}

// settle is how long a key must have been retired before it is dropped: every
// transaction that began to seal with it has ended by then.
const settle = time.Hour

// Drop removes a retired key. Whoever calls has counted that nothing is sealed
// with it (Sealed). Errors: ErrNoKey, ErrKeyInUse.
func Drop(path string, w Wrapper, id uint32, now time.Time) error {
	return change(path, w, func(f *KeyFile) error {
		if _, ok := f.Keys[id]; !ok {
			return ErrNoKey
		}
		since, ok := f.Retired[id]
		if !ok || id == f.Current || now.Sub(since) < settle {
			return ErrKeyInUse
		}
		delete(f.Keys, id) // Retired stays: the id is never used again
		return nil
	})
}

// DropIndex removes the oldest index key; the sessions before keep living only
// if none is left that it was for. Whoever calls has checked that.
func DropIndex(path string, w Wrapper) error {
	return change(path, w, func(f *KeyFile) error {
		if len(f.Indexes) == 0 {
			return ErrKeyInUse
		}
		f.Index, f.Indexes = f.Indexes[0].Key, f.Indexes[1:]
		return nil
	})
}

// Rewrap seals the keys of a file with another device, or opens them (to nil).
func Rewrap(path string, from, to Wrapper) error {
	return change(path, from, func(f *KeyFile) error {
		out := *f
		out.Keys, out.Indexes, out.Wrap = map[uint32]string{}, nil, ""
		if to != nil {
			out.Wrap = to.Name()
		}
		again := func(text, name string) (string, error) {
			raw, err := openKey(*f, from, text, name)
			if err != nil {
				return "", err
			}
			return sealKey(to, base64.StdEncoding.EncodeToString(raw), name)
		}
		var err error
		for id, text := range f.Keys {
			if out.Keys[id], err = again(text, keyName(id)); err != nil {
				return err
			}
		}
		if out.Index, err = again(f.Index, indexName); err != nil {
			return err
		}
		for _, x := range f.Indexes {
			if x.Key, err = again(x.Key, indexName); err != nil {
				return err
			}
			out.Indexes = append(out.Indexes, x)
		}
		*f = out
		return nil
	})
}

// Describe reads a key file for people: ids and times, no keys.
func Describe(path string) (f KeyFile, err error) {
	f, _, err = readKeys(path)
	for id := range f.Keys {
		f.Keys[id] = ""
	}
	for i := range f.Indexes {
		f.Indexes[i].Key = ""
	}
	f.Index = ""
	return f, err
}

// change rewrites a key file whole: beside it, flushed, then renamed over it.
// The keys must open before, so that a wrong device never writes; a lock file
// keeps two changes apart.
func change(path string, w Wrapper, edit func(*KeyFile) error) error {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("identity: %s.lock is there: another change is under way, or one was cut off; remove it if none is", path)
	}
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close(); _ = os.Remove(path + ".lock") }()
	f, _, err := readKeys(path)
	if err != nil {
		return err
	}
	if _, err := newRing(f, w); err != nil {
		return err
	}
	if err := edit(&f); err != nil {
		return err
	}
	next := path + ".next"
	_ = os.Remove(next) // of a change that was cut off before it counted
	if err := createKeys(next, f); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func createKeys(path string, f KeyFile) error {
	raw, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(raw)
	return errors.Join(err, file.Sync(), file.Close())
}
