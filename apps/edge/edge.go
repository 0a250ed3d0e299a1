// Package edge is the small server beside a counter's browser: it hands a page
// the cards that are laid on the reader and prints what the page sends.
//
// It listens on this machine only and answers pages of the origins that it was
// told, which must have been paired by the code on its screen. A card goes to
// one page, the one that asked last, once: it is not kept, not logged, and the
// reader is not even asked while no page listens. Only what the escpos package
// can read back reaches the printer, so no page can send it other commands.
//
//	GET  /v1/hello   what this is; tells an unpaired page that it has to pair
//	POST /v1/pair    {"code"} from the screen -> {"token"}, kept by the browser
//	GET  /v1/cards   server-sent events: ready, card, fault, moved
//	POST /v1/print   an ESC/POS job, application/octet-stream
//
// Invariants: no answer without an allowed Origin and a loopback Host; tokens
// are kept as hashes and belong to one origin.
package edge

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"parterre/integrations/reader"
	"parterre/modules/core/clock"
	"parterre/printing/escpos"
)

// Config says what stands beside the counter.
type Config struct {
	Origins []string // of the pages, such as https://tickets.example.cn
	Dir     string   // where pairings are kept
	Clock   clock.Clock
	Log     *slog.Logger
	// Reader opens the card reader; nil: there is none.
	Reader func() (*reader.Reader, error)
	// Printer opens the printer for one job; nil: there is none.
	Printer func(context.Context) (io.WriteCloser, error)
	// Screen shows a text to the person at this machine.
	Screen io.Writer
}

// Edge is the server. Handler answers; Run reads cards.
type Edge struct {
	cfg Config

	mu       sync.Mutex
	code     string
	tries    int
	until    time.Time
	pairs    []pairing
	listener *listener
	changed  chan struct{} // closed and made anew when the listener changes

	printing sync.Mutex
}

type pairing struct {
	Origin string    `json:"origin"`
	Hash   string    `json:"hash"` // SHA-256 of the token
	At     time.Time `json:"at"`
}

// listener is the page that gets the cards.
type listener struct {
	cards chan []byte // one event, ready to be written
	moved chan struct{}
}

const (
	codeLife  = 10 * time.Minute
	codeTries = 5
	maxJob    = 1 << 20
)

// New reads the pairings that are kept.
func New(cfg Config) (*Edge, error) {
	if len(cfg.Origins) == 0 {
		return nil, errors.New("edge: name at least one origin whose pages may use the devices")
	}
	e := &Edge{cfg: cfg, changed: make(chan struct{})}
	text, err := os.ReadFile(e.file())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil {
		if err := json.Unmarshal(text, &e.pairs); err != nil {
			return nil, fmt.Errorf("edge: %s cannot be read; delete it and pair anew: %w", e.file(), err)
		}
	}
	return e, e.newCode()
}

func (e *Edge) file() string { return filepath.Join(e.cfg.Dir, "pairings.json") }

// newCode makes a pairing code and shows it. e.mu is held, or e is new.
func (e *Edge) newCode() error {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		return err
	}
	e.code, e.tries, e.until = fmt.Sprintf("%08d", n), codeTries, e.cfg.Clock.Now().Add(codeLife)
	_, err = fmt.Fprintf(e.cfg.Screen, "  pairing code 配对码  %s %s\n", e.code[:4], e.code[4:])
	return err
}

// Handler answers pages.
func (e *Edge) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/hello", e.hello)
	mux.HandleFunc("POST /v1/pair", e.pair)
	mux.HandleFunc("GET /v1/cards", e.paired(e.cards))
	mux.HandleFunc("POST /v1/print", e.paired(e.print))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		// A page that rebinds its own name to this machine comes with that name.
		if !loopback(r.Host) || !slices.Contains(e.cfg.Origins, origin) {
			problem(w, http.StatusForbidden, "edge.origin", "This page may not use the devices of this machine; name its origin with --origin.")
			return
		}
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Vary", "Origin")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, POST")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Parterre, Accept-Language, Last-Event-ID")
			h.Set("Access-Control-Allow-Private-Network", "true")
			h.Set("Access-Control-Max-Age", "600")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "code": code, "detail": detail})
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

func (e *Edge) hello(w http.ResponseWriter, r *http.Request) {
	answer(w, map[string]any{"edge": "parterre", "paired": e.knows(r), "reader": e.cfg.Reader != nil, "printer": e.cfg.Printer != nil})
}

// knows reports whether a request carries the token of a pairing of its origin.
func (e *Edge) knows(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return false
	}
	sum := sha256.Sum256([]byte(token))
	hash, origin := hex.EncodeToString(sum[:]), r.Header.Get("Origin")
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.ContainsFunc(e.pairs, func(p pairing) bool {
		return p.Origin == origin && subtle.ConstantTimeCompare([]byte(p.Hash), []byte(hash)) == 1
	})
}

func (e *Edge) paired(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !e.knows(r) {
			problem(w, http.StatusUnauthorized, "edge.unpaired", "This browser is not paired with the devices; type the code that they show.")
			return
		}
		next(w, r)
	}
}

func (e *Edge) pair(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code string `json:"code"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&in); err != nil {
		problem(w, http.StatusUnprocessableEntity, "edge.body", "The body must be an object with a code.")
		return
	}
	token, err := e.take(strings.ReplaceAll(in.Code, " ", ""), r.Header.Get("Origin"))
	switch {
	case errors.Is(err, errCode):
		problem(w, http.StatusForbidden, "edge.code", "The pairing code is wrong or too old; look at the screen of the device program.")
	case err != nil:
		e.cfg.Log.Error("pairing could not be kept", "err", err)
		problem(w, http.StatusInternalServerError, "edge.internal", "The pairing could not be kept; see the device program's messages.")
	default:
		e.cfg.Log.Info("paired", "origin", r.Header.Get("Origin"))
		answer(w, map[string]any{"token": token})
	}
}

var errCode = errors.New("edge: wrong code")

// take uses a code up. After some wrong tries, or too long, there is a new one.
func (e *Edge) take(code, origin string) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.cfg.Clock.Now()
	if now.After(e.until) {
		return "", errors.Join(errCode, e.newCode())
	}
	if subtle.ConstantTimeCompare([]byte(code), []byte(e.code)) != 1 {
		if e.tries--; e.tries == 0 {
			return "", errors.Join(errCode, e.newCode())
		}
		return "", errCode
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	token := hex.EncodeToString(raw)
	sum := sha256.Sum256([]byte(token))
	pairs := append(slices.Clone(e.pairs), pairing{origin, hex.EncodeToString(sum[:]), now})
	text, err := json.Marshal(pairs)
	if err == nil {
		err = os.MkdirAll(e.cfg.Dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(e.file()+".new", text, 0o600)
	}
	if err == nil {
		err = os.Rename(e.file()+".new", e.file())
	}
	if err != nil {
		return "", err
	}
	e.pairs = pairs
	return token, e.newCode()
}

func (e *Edge) print(w http.ResponseWriter, r *http.Request) {
	job, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxJob))
	if err != nil {
		problem(w, http.StatusRequestEntityTooLarge, "edge.job", "A print job has at most 1 MB.")
		return
	}
	if _, err := escpos.Decode(job); err != nil || len(job) == 0 {
		problem(w, http.StatusUnprocessableEntity, "edge.job", "This is no print job of Parterre.")
		return
	}
	if e.cfg.Printer == nil {
		problem(w, http.StatusNotFound, "edge.printer", "There is no printer at this counter; start the device program with --printer.")
		return
	}
	e.printing.Lock() // two jobs must not run into each other on the paper
	defer e.printing.Unlock()
	p, err := e.cfg.Printer(r.Context())
	if err == nil {
		_, err = p.Write(job)
		err = errors.Join(err, p.Close())
	}
	if err != nil {
		e.cfg.Log.Warn("printer", "err", err)
		problem(w, http.StatusServiceUnavailable, "edge.printer", "The printer does not take the job; see whether it is on and has paper.")
		return
	}
	answer(w, map[string]any{"bytes": len(job)})
}
