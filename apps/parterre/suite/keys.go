package suite

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"parterre/codes"
	"parterre/codes/payload"
	"parterre/modules/identity"
)

// keys are the secrets of an installation, made once in <var>/keys, each in a
// file of mode 0600. Losing them makes sealed data unreadable and printed
// tickets unverifiable, so they belong into the backup, apart from the data.
type keys struct {
	vault   *identity.Vault
	codes   *codes.UniqueKeys
	signer  payload.Signer
	ring    *payload.Keyring
	sandbox []byte
	lab     []byte
	buyers  []byte // seals buyers' cookies
	waiting []byte // signs places in line and passes
}

// IdentityKeys is the file of the keys that seal personal data.
func IdentityKeys(dir string) string { return filepath.Join(dir, "identity.json") }

// Sealed lists where values are that the identity keys seal, for their rotation.
func Sealed() []identity.SealedTable {
	return []identity.SealedTable{
		{Table: "identity.person", ID: "id", Fields: map[string]string{"name": "name", "number": "number"}},
		{Table: "sales.orders", ID: "id", Fields: map[string]string{"contact": "contact"}},
		{Table: "sales.reservation", ID: "id", Fields: map[string]string{"name": "name", "phone": "phone"}},
		{Table: "sales.waitlist_entry", ID: "id", Fields: map[string]string{"phone": "phone"}},
		{Table: "sales.invoice", ID: "id", Fields: map[string]string{"title": "invoice title", "tax_number": "invoice tax", "email": "invoice email"}},
		{Table: "sales.voucher_batch", ID: "id", Fields: map[string]string{"secret": "voucher"}},
		{Table: "sales.pay_account", ID: "id", Fields: map[string]string{"secrets": "pay"}},
		{Table: "channel.texting", ID: "id", Fields: map[string]string{"secret": "texting"}},
		{Table: "channel.hook", ID: "id", Fields: map[string]string{"secret": "webhook", "previous": "webhook"}},
	}
}

// Found lists where sealed values are found by a blind index.
func Found() []identity.FoundTable {
	return []identity.FoundTable{
		{Table: "sales.orders", ID: "id", Sealed: "contact", Field: "contact", Blind: "contact_blind", As: "phone"},
		{Table: "identity.person", ID: "id", Sealed: "name", Field: "name", Blind: "name_blind", As: "name"},
	}
}

// codeKeys is the file of the secrets behind ticket codes: one a generation.
type codeKeys struct {
	Current string            `json:"current"`
	Secrets map[string]string `json:"secrets"` // base64 of 32 bytes, by generation 0-9A-Z
}

func openKeys(dir string, device identity.Wrapper) (*keys, error) {
	k := &keys{}
	var err error
	if k.vault, err = identity.OpenVaultWith(IdentityKeys(dir), device); err != nil {
		return nil, err
	}
	if k.codes, err = openCodeKeys(filepath.Join(dir, "ticket-codes.json")); err != nil {
		return nil, err
	}
	seed, err := secret(filepath.Join(dir, "ticket-signing.key"), ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	private := ed25519.NewKeyFromSeed(seed)
	if k.signer, err = payload.NewEd25519Signer(private); err != nil {
		return nil, err
	}
	public, err := payload.NewEd25519Verifier(private.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	if k.ring, err = payload.NewKeyring(public); err != nil {
		return nil, err
	}
	if k.sandbox, err = secret(filepath.Join(dir, "payment-sandbox.key"), 32); err != nil {
		return nil, err
	}
	if k.lab, err = secret(filepath.Join(dir, "lab.key"), 32); err != nil {
		return nil, err
	}
	if k.buyers, err = secret(filepath.Join(dir, "buyers.key"), 32); err != nil {
		return nil, err
	}
	k.waiting, err = secret(filepath.Join(dir, "waiting-room.key"), 32)
	return k, err
}

func openCodeKeys(path string) (*codes.UniqueKeys, error) {
	var f codeKeys
	raw, err := readOrMake(path, func() ([]byte, error) {
		return json.Marshal(codeKeys{Current: "A", Secrets: map[string]string{"A": base64.StdEncoding.EncodeToString(random(32))}})
	})
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &f); err != nil || len(f.Current) != 1 {
		return nil, fmt.Errorf("keys: %s is not a file of ticket code keys", path)
	}
	secrets := map[byte][]byte{}
	for gen, text := range f.Secrets {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(gen) != 1 {
			return nil, fmt.Errorf("keys: generation %q of %s is not base64", gen, path)
		}
		secrets[gen[0]] = b
	}
	return codes.NewUniqueKeys(f.Current[0], secrets)
}

// secret reads n secret bytes (stored as base64), or makes them.
func secret(path string, n int) ([]byte, error) {
	raw, err := readOrMake(path, func() ([]byte, error) { return []byte(base64.StdEncoding.EncodeToString(random(n)) + "\n"), nil })
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(string(raw[:len(raw)-1]))
	if err != nil || len(b) != n {
		return nil, fmt.Errorf("keys: %s does not hold %d bytes in base64", path, n)
	}
	return b, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// readOrMake reads a secret file, which nobody else may read, or makes it.
func readOrMake(path string, content func() ([]byte, error)) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err == nil {
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
			return nil, fmt.Errorf("keys: %s may be read by others; run chmod 600 on it", path)
		}
		if len(raw) == 0 {
			return nil, fmt.Errorf("keys: %s is empty; restore it from the backup", path)
		}
		return raw, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if raw, err = content(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(raw)
	return raw, errors.Join(err, f.Sync(), f.Close())
}
