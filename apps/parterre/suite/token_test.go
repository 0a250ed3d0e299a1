package suite

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"parterre/integrations/keydevice"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
)

// The identity keys live sealed by a real PKCS#11 token: made there, rotated,
// opened again after a start, and of no use without it (SEC-ASVS-13.3.1).
func TestIdentityKeysInAToken(t *testing.T) {
	module := ""
	for _, p := range []string{"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"} {
		if _, err := os.Stat(p); err == nil {
			module = p
		}
	}
	if module == "" {
		t.Skip("SoftHSM2 is not installed (Debian: softhsm2); `.ci/setup test` installs it")
	}
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "tokens"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "softhsm2.conf"), []byte("directories.tokendir = "+filepath.Join(dir, "tokens")+"\nlog.level = ERROR\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "pin"), []byte("246810"), 0o600))
	t.Setenv("SOFTHSM2_CONF", filepath.Join(dir, "softhsm2.conf"))
	if out, err := exec.CommandContext(t.Context(), "softhsm2-util", "--init-token", "--free", "--label", "parterre", "--pin", "246810", "--so-pin", "13579111").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	open := func() *keydevice.Device {
		d, err := keydevice.Open(keydevice.Config{Module: module, Token: "parterre", PINFile: filepath.Join(dir, "pin"), Key: "identity"})
		must(t, err)
		return d
	}
	device := open()
	k, err := openKeys(filepath.Join(dir, "keys"), device)
	must(t, err)
	rec := ids.New()
	first := k.vault.Seal(1, rec, "name", "张三")
	if id, err := identity.Rotate(IdentityKeys(filepath.Join(dir, "keys")), device, dbtest.Start); err != nil || id != 2 {
		t.Fatal(id, err)
	}
	second := k.vault.Seal(1, rec, "name", "李四")
	must(t, device.Close())
	if _, err := openKeys(filepath.Join(dir, "keys"), nil); err == nil {
		t.Error("the keys open without the token")
	}
	device = open()
	defer func() { _ = device.Close() }()
	again, err := openKeys(filepath.Join(dir, "keys"), device)
	must(t, err)
	for want, sealed := range map[string][]byte{"张三": first, "李四": second} {
		if got, err := again.vault.Open(1, rec, "name", sealed); err != nil || got != want {
			t.Errorf("%q, %v", got, err)
		}
	}
	if identity.KeyOf(first) != 1 || identity.KeyOf(second) != 2 {
		t.Error("the rotation did not count")
	}
}
