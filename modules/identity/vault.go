package identity

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"time"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// Vault seals personal data and makes blind indexes. Keys come from a KeyFile;
// the current one seals, all open. A vault of a file takes up what is changed
// in it by itself, so that a rotation needs no restart. It is safe for
// concurrent use.
type Vault struct {
	ring atomic.Pointer[ring]
	file *watched // nil: the keys are at hand and do not change
}

// ring is one state of the keys.
type ring struct {
	current uint32
	aeads   map[uint32]cipher.AEAD
	indexes []index // newest last
}

// index is a key of blind indexes. It is for the sessions that were made from
// a moment on, by the time in their ids: so an index never has to be made anew.
type index struct {
	from time.Time
	key  []byte
}

// NewVault makes a vault of keys at hand.
func NewVault(f KeyFile) (*Vault, error) {
	r, err := newRing(f, nil)
	if err != nil {
		return nil, err
	}
	v := &Vault{}
	v.ring.Store(r)
	return v, nil
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
	r := v.keys()
	aead := r.aeads[r.current]
	out := binary.BigEndian.AppendUint32(make([]byte, 0, 4+12+len(text)+16), r.current)
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce)
	out = append(out, nonce...)
	return aead.Seal(out, nonce, []byte(text), bound(tenant, record, field))
}

// ErrSealed is the error of a value that does not open: another record's, a
// dropped or unknown key's, or altered.
var ErrSealed = errs.New(errs.Unavailable, "identity.sealed", "这条记录的个人信息无法解密：封存它的密钥不在此处。请管理员运行 parterre identity status，并从备份恢复密钥文件。",
	"The personal data of this record does not open: the key that sealed it is not here. Have an administrator run parterre identity status and restore the key file from the backup.")

// Open decrypts what Seal made for the same tenant, record and field.
func (v *Vault) Open(tenant int32, record ids.ID, field string, sealed []byte) (string, error) {
	if len(sealed) < 4+12+16 {
		return "", ErrSealed
	}
	id := binary.BigEndian.Uint32(sealed)
	aead := v.keys().aeads[id]
	if aead == nil {
		return "", fmt.Errorf("%w: key %d is not here", ErrSealed, id)
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

// Mark tells vaults of one installation from others, and nothing of a key: it
// is of the first index key, which a rotation of the sealing keys leaves.
func (v *Vault) Mark() []byte {
	m := hmac.New(sha256.New, v.keys().indexes[0].key)
	m.Write([]byte("parterre vault mark v1"))
	return m.Sum(nil)[:16]
}

// Current is the id of the key that seals now.
func (v *Vault) Current() uint32 { return v.keys().current }

// BlindIn returns the 16-byte blind index of a document for a session of a
// tenant. The same document has the same index in all channels of a session.
func (v *Vault) BlindIn(tenant int32, session ids.ID, d Document) [16]byte {
	r := v.keys()
	at := madeAt(session)
	for i := len(r.indexes) - 1; i > 0; i-- {
		if !at.Before(r.indexes[i].from) {
			return r.indexes[i].blind(tenant, d)
		}
	}
	return r.indexes[0].blind(tenant, d)
}

// Blind returns the blind index under the newest index key. To look a document
// up in sessions that were made before the last rotation, use Blinds.
func (v *Vault) Blind(tenant int32, d Document) [16]byte {
	r := v.keys()
	return r.indexes[len(r.indexes)-1].blind(tenant, d)
}

// Blinds returns a document's blind indexes under every index key in use,
// newest first, to look it up across sessions.
func (v *Vault) Blinds(tenant int32, d Document) [][16]byte {
	r := v.keys()
	out := make([][16]byte, 0, len(r.indexes))
	for i := len(r.indexes) - 1; i >= 0; i-- {
		out = append(out, r.indexes[i].blind(tenant, d))
	}
	return out
}

func (x index) blind(tenant int32, d Document) [16]byte {
	m := hmac.New(sha256.New, x.key)
	fmt.Fprintf(m, "%d\x00%s\x00%s", tenant, d.kind.space(), d.number)
	return [16]byte(m.Sum(nil)[:16])
}

// madeAt is the time in a UUIDv7.
func madeAt(id ids.ID) time.Time {
	b := id.Bytes()
	return time.UnixMilli(int64(binary.BigEndian.Uint64(append([]byte{0, 0}, b[:6]...))))
}
