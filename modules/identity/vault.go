package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"parterre/modules/core/ids"
)

// Vault seals personal data and makes blind indexes. Keys come from a KeyFile;
// the newest seals, all open. It is safe for concurrent use.
type Vault struct {
	current uint32
	aeads   map[uint32]cipher.AEAD
	index   []byte
}

// KeyFile is the JSON form of the keys on disk, mode 0600. Rotation adds a
// key; the index key stays, or one document could buy twice.
type KeyFile struct {
	Current uint32            `json:"current"`
	Keys    map[uint32]string `json:"keys"`  // base64 of 32 bytes each
	Index   string            `json:"index"` // base64 of 32 bytes
}

// OpenVault reads the keys at path, or makes them the first time.
func OpenVault(path string) (*Vault, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return createVault(path)
	}
	if err != nil {
		return nil, fmt.Errorf("identity: cannot read the keys: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("identity: %s may be read by others; run chmod 600 on it", path)
	}
	var f KeyFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("identity: %s is not a key file", path)
	}
	return NewVault(f)
}

func createVault(path string) (*Vault, error) {
	f := KeyFile{Current: 1, Keys: map[uint32]string{1: newKey()}, Index: newKey()}
	v, err := NewVault(f)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(raw)
	return v, errors.Join(err, file.Sync(), file.Close())
}

func newKey() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

// NewVault makes a vault of keys at hand.
func NewVault(f KeyFile) (*Vault, error) {
	v := &Vault{current: f.Current, aeads: map[uint32]cipher.AEAD{}}
	for id, text := range f.Keys {
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("identity: key %d must be base64 of 32 bytes", id)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if v.aeads[id], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
	}
	if v.aeads[v.current] == nil {
		return nil, fmt.Errorf("identity: the current key %d is missing", v.current)
	}
	secret, err := base64.StdEncoding.DecodeString(f.Index)
	if err != nil || len(secret) != 32 {
		return nil, errors.New("identity: the index key must be base64 of 32 bytes")
	}
	v.index, err = hkdf.Key(sha256.New, secret, nil, "parterre blind index v1", 32)
	return v, err
}

// bound is the associated data: a value copied to another tenant, record or
// field does not open.
func bound(tenant int32, record ids.ID, field string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(tenant))
	id := record.Bytes()
	b = append(b, id[:]...)
	return append(b, field...)
}

// Seal encrypts text for a field of a record: key id (4 bytes), nonce (12),
// ciphertext and tag.
func (v *Vault) Seal(tenant int32, record ids.ID, field, text string) []byte {
	aead := v.aeads[v.current]
	out := binary.BigEndian.AppendUint32(make([]byte, 0, 4+12+len(text)+16), v.current)
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce)
	out = append(out, nonce...)
	return aead.Seal(out, nonce, []byte(text), bound(tenant, record, field))
}

// ErrSealed is the error of a value that does not open: another record's, an
// unknown key's, or altered.
var ErrSealed = errors.New("identity: the sealed value does not open here")

// Open decrypts what Seal made for the same tenant, record and field.
func (v *Vault) Open(tenant int32, record ids.ID, field string, sealed []byte) (string, error) {
	if len(sealed) < 4+12+16 {
		return "", ErrSealed
	}
	aead := v.aeads[binary.BigEndian.Uint32(sealed)]
	if aead == nil {
		return "", ErrSealed
	}
	text, err := aead.Open(nil, sealed[4:16], sealed[16:], bound(tenant, record, field))
	if err != nil {
		return "", ErrSealed
	}
	return string(text), nil
}

// KeyOf returns the id of the key that sealed a value, for rotation.
func KeyOf(sealed []byte) uint32 {
	if len(sealed) < 4 {
		return 0
	}
	return binary.BigEndian.Uint32(sealed)
}

// Current is the id of the key that seals now.
func (v *Vault) Current() uint32 { return v.current }

// Blind returns the 16-byte blind index of a document in a tenant.
func (v *Vault) Blind(tenant int32, d Document) [16]byte {
	m := hmac.New(sha256.New, v.index)
	fmt.Fprintf(m, "%d\x00%s\x00%s", tenant, d.kind.space(), d.number)
	return [16]byte(m.Sum(nil)[:16])
}
