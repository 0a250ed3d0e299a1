package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"
)

// Find returns the 8-byte blind index of a phone number or a name in a tenant
// under the newest index key, by which records are found that hold it sealed.
// Several records may share one; field is "phone" or "name".
func (v *Vault) Find(tenant int32, field, text string) []byte {
	return v.Finds(tenant, field, text)[0]
}

// Finds returns the indexes under every key in use, newest first: a record
// keeps the one that it was written with.
func (v *Vault) Finds(tenant int32, field, text string) [][]byte {
	r := v.keys()
	out := make([][]byte, 0, len(r.indexes))
	for i := len(r.indexes) - 1; i >= 0; i-- {
		m := hmac.New(sha256.New, r.indexes[i].key)
		// A document's index begins with its number space, which is a number.
		fmt.Fprintf(m, "%d\x00find %s\x00%s", tenant, field, plainText(text))
		out = append(out, m.Sum(nil)[:8])
	}
	return out
}

// plainText is a text without what people write differently: case, blanks and
// the dot between the parts of a name.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("·•.-'’", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
