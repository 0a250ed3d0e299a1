// Package ids makes the permanent identifiers of records: UUID version 7
// (RFC 9562), so that they sort by time and reveal no count. An ID is no
// secret; what must not be guessed is a token (see Token).
package ids

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/base64"
	"fmt"

	"github.com/google/uuid"

	"parterre/modules/core/errs"
)

// ID is one record's identifier. The zero ID is invalid and is stored as NULL.
type ID struct{ u uuid.UUID }

// ErrID is the error of a text that is not an identifier.
var ErrID = errs.New(errs.Invalid, "core.id", "标识格式不正确，应为 UUID。", "The identifier is not a UUID.")

// An ID is no secret, so its random part may wait in memory; one read of the
// system's randomness serves many.
func init() { uuid.EnableRandPool() }

// New makes a new ID. It fails only when the system has no randomness, in
// which case nothing else may go on either.
func New() ID { return ID{uuid.Must(uuid.NewV7())} }

// Parse reads the 36-character form, in lower case only, so that one record
// has one text.
func Parse(s string) (ID, error) { return parse([]byte(s)) }

func parse(b []byte) (ID, error) {
	if len(b) != 36 {
		return ID{}, ErrID
	}
	for _, c := range b {
		if c >= 'A' && c <= 'F' {
			return ID{}, ErrID
		}
	}
	u, err := uuid.ParseBytes(b)
	if err != nil || u == uuid.Nil {
		return ID{}, ErrID
	}
	return ID{u}, nil
}

// MustParse is Parse for constants in tests and demo data.
func MustParse(s string) ID {
	id, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return id
}

// FromBytes makes an ID of its 16 bytes.
func FromBytes(b [16]byte) ID { return ID{uuid.UUID(b)} }

// Bytes returns the 16 bytes.
func (id ID) Bytes() [16]byte { return id.u }

// IsZero reports whether id is unset.
func (id ID) IsZero() bool { return id.u == uuid.Nil }

// String returns the 36-character form, or "" for the zero ID.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	return id.u.String()
}

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.u.MarshalText()
}

// UnmarshalText implements encoding.TextUnmarshaler; the empty text is the zero ID.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	p, err := parse(b)
	if err != nil {
		return err
	}
	*id = p
	return nil
}

// Value implements driver.Valuer.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.u.String(), nil
}

// Scan implements sql.Scanner.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case string:
		return id.u.Scan(v)
	case []byte:
		return id.u.Scan(v)
	case [16]byte:
		id.u = v
		return nil
	}
	return fmt.Errorf("ids: cannot scan %T", src)
}

// Token returns n random bytes as unpadded URL-safe base64: a secret that
// cannot be guessed (SEC-ASVS-11.5.1 asks for 128 bits, so n is at least 16).
func Token(n int) string {
	if n < 16 {
		n = 16
	}
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand.Read never returns an error (Go 1.24)
	return base64.RawURLEncoding.EncodeToString(b)
}
