package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// The argon2id cost (OWASP's first recommendation): about 32 ms and 19 MiB.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	argonKeyLen  = 32
)

// hasher bounds how many hashes run and wait at once: each takes 19 MiB, and
// without a bound a crowd at sign-in would exhaust the memory.
type hasher struct {
	running chan struct{}
	waiting chan struct{}
}

func newHasher() *hasher {
	n := runtime.GOMAXPROCS(0)
	return &hasher{running: make(chan struct{}, n), waiting: make(chan struct{}, 64*n)}
}

func (h *hasher) enter() (leave func(), err error) {
	select {
	case h.waiting <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	h.running <- struct{}{}
	return func() { <-h.running; <-h.waiting }, nil
}

// hash makes the PHC text of a password.
func (h *hasher) hash(password string) (string, error) {
	leave, err := h.enter()
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails (Go 1.24)
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKeyLen)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

// verify reports whether password is the one of the PHC text. An empty text
// takes as long as any other and is never right.
func (h *hasher) verify(password, phc string) (bool, error) {
	leave, err := h.enter()
	if err != nil {
		return false, err
	}
	defer leave()
	known := phc != ""
	if !known {
		phc = nobody
	}
	var v, m, t, p uint32
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("access: a stored password is not argon2id")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &v, &m, &t, &p); err != nil || v != argon2.Version || p == 0 || p > 255 {
		return false, fmt.Errorf("access: a stored password has parameters that are not understood")
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false, fmt.Errorf("access: a stored password is damaged")
	}
	got := argon2.IDKey([]byte(password), salt, t, m, uint8(p), uint32(len(want))) //nolint:gosec // bounded above
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// nobody is a hash of the same cost that no password is compared to in earnest.
var nobody = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
	base64.RawStdEncoding.EncodeToString(make([]byte, 16)), base64.RawStdEncoding.EncodeToString(make([]byte, argonKeyLen)))

// maxPassword keeps a password from being a way to burn time.
const maxPassword = 128

// CheckPassword applies the policy's rules to a new password (SEC-MLPS-ID-a).
// login and name may not be part of it.
func CheckPassword(p Policy, password, login string) error {
	refuse := func(zh, en string) error {
		return ErrPassword.With("rule", zh).With("rule_en", en).At("password").By("SEC-MLPS-ID-a")
	}
	n := utf8.RuneCountInString(password)
	switch {
	case n < p.PasswordMin:
		return refuse(fmt.Sprintf("至少 %d 个字符", p.PasswordMin), fmt.Sprintf("at least %d characters", p.PasswordMin))
	case len(password) > maxPassword:
		return refuse(fmt.Sprintf("不超过 %d 字节", maxPassword), fmt.Sprintf("at most %d bytes", maxPassword))
	case classes(password) < p.PasswordClasses:
		return refuse(fmt.Sprintf("大写、小写、数字、符号中至少 %d 类", p.PasswordClasses),
			fmt.Sprintf("at least %d of: capitals, small letters, digits, signs", p.PasswordClasses))
	case login != "" && strings.Contains(strings.ToLower(password), login):
		return refuse("不能包含用户名", "it may not hold the login")
	case plain(password):
		return refuse("过于简单（连续、重复或常见）", "it is too simple: a run, a repetition or a common word")
	}
	return nil
}

func classes(s string) int {
	var upper, lower, digit, other int
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}

var common = []string{
	"password", "passw0rd", "qwerty", "asdfgh", "zxcvbn", "1q2w3e", "qazwsx", "123456", "654321", "111111", "000000", "abc123",
	"iloveyou", "5201314", "woaini", "admin", "letmein", "welcome", "parterre", "mima", "a123456",
}

// plain reports passwords of which little is left once common words, runs
// (1234, dcba) and repetitions are taken away.
func plain(s string) bool {
	t := strings.ToLower(s)
	for _, w := range common {
		t = strings.ReplaceAll(t, w, "")
	}
	rs := []rune(t)
	kept := 0
	for i, r := range rs {
		if i > 0 && (r == rs[i-1] || r == rs[i-1]+1 || r == rs[i-1]-1) {
			continue
		}
		kept++
	}
	return kept < 5
}
