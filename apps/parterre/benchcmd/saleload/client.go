package saleload

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// client is a seller at the other end of HTTP: plain HTTP/1.1 over connections
// that are kept open, written by hand so that the buyers take little of the
// machine that is measured.
type client struct {
	task  Task
	conns chan *conn
	heads []string // of requests, one a guest; any may carry any order
}

type conn struct {
	net.Conn
	in  *bufio.Reader
	buf []byte
}

func newClient(ctx context.Context, t Task) (*client, error) {
	c := &client{task: t, conns: make(chan *conn, t.Buyers)}
	for range 16 {
		head, err := guest(ctx, t)
		if err != nil {
			return nil, err
		}
		c.heads = append(c.heads, head)
	}
	for range t.Buyers {
		n, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.Addr)
		if err != nil {
			return nil, err
		}
		c.conns <- &conn{Conn: n, in: bufio.NewReaderSize(n, 4096)}
	}
	return c, nil
}

// guest makes a buyer and returns the headers of its requests.
func guest(ctx context.Context, t Task) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+t.Addr+"/api/v1/auth/guest", strings.NewReader("{}"))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Parterre", "1")
	req.Header.Set("X-Parterre-Tenant", t.Tenant)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= 300 || len(res.Cookies()) == 0 {
		return "", fmt.Errorf("saleload: no guest: %d", res.StatusCode)
	}
	k := res.Cookies()[0]
	return " HTTP/1.1\r\nHost: " + t.Addr + "\r\nContent-Type: application/json\r\nX-Parterre: 1\r\nX-Parterre-Tenant: " + t.Tenant +
		"\r\nCookie: " + k.Name + "=" + k.Value + "\r\nContent-Length: ", nil
}

// post sends a body and has the answer's read; a refusal comes as the sellers' errors.
func (c *client) post(path string, body []byte, read func([]byte) error) error {
	k := <-c.conns
	defer func() { c.conns <- k }()
	k.buf = append(k.buf[:0], "POST "...)
	k.buf = append(append(k.buf, path...), c.heads[rand.IntN(len(c.heads))]...)
	k.buf = append(strconv.AppendInt(k.buf, int64(len(body)), 10), "\r\n\r\n"...)
	if _, err := k.Write(append(k.buf, body...)); err != nil {
		return err
	}
	status, answer, err := k.answer()
	switch {
	case err != nil:
		return err
	case status < 300 && read != nil:
		return read(answer) // before the connection is another's
	case status < 300:
		return nil
	}
	switch {
	case bytes.Contains(answer, []byte(`"inventory.seat_taken"`)):
		return errGone
	case bytes.Contains(answer, []byte(`"inventory.no_fit"`)):
		return errNone
	}
	return fmt.Errorf("saleload: %d %s", status, answer)
}

// answer reads one response; the server gives its length.
func (k *conn) answer() (status int, body []byte, err error) {
	length := -1
	for first := true; ; first = false {
		line, err := k.in.ReadSlice('\n')
		if err != nil {
			return 0, nil, err
		}
		switch {
		case first:
			if len(line) < 12 {
				return 0, nil, errors.New("saleload: no HTTP")
			}
			if status, err = strconv.Atoi(string(line[9:12])); err != nil {
				return 0, nil, err
			}
		case len(line) <= 2:
			if length < 0 {
				return 0, nil, errors.New("saleload: an answer without its length")
			}
			k.buf = slices.Grow(k.buf[:0], length)[:length]
			_, err = io.ReadFull(k.in, k.buf)
			return status, k.buf, err
		case len(line) > 16 && (line[0] == 'C' || line[0] == 'c') && bytes.EqualFold(line[:15], []byte("content-length:")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[15:]))); err != nil {
				return 0, nil, err
			}
		}
	}
}

func appendSeats(b []byte, seats []int32) []byte {
	b = append(b, `,"seats":[`...)
	for i, s := range seats {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(s), 10)
	}
	return append(b, ']')
}

// readSeats reads a JSON array of seat ids.
func readSeats(to []int32, list []byte) ([]int32, error) {
	for one := range bytes.SplitSeq(bytes.Trim(list, "[]"), []byte{','}) {
		id, err := strconv.ParseInt(string(one), 10, 32)
		if err != nil {
			return nil, err
		}
		to = append(to, int32(id))
	}
	return to, nil
}

func (c *client) hold(_ context.Context, key, buyer engine.Key, seats []int32, zone, n int) ([]int32, error) {
	b := append([]byte(`{"id":"`), ids.FromBytes(key).String()...)
	b = append(append(b, `","buyer":"`...), ids.FromBytes(buyer).String()...)
	b = strconv.AppendInt(append(b, `","n":`...), int64(n), 10)
	if seats != nil {
		b = appendSeats(b, seats)
	} else {
		b = strconv.AppendInt(append(b, `,"zone":`...), int64(zone), 10)
	}
	if seats != nil {
		return seats, c.post("/api/v1/bench/holds", append(b, '}'), nil)
	}
	var got []int32
	err := c.post("/api/v1/bench/holds", append(b, '}'), func(answer []byte) (err error) {
		from := bytes.Index(answer, []byte(`"seats":`))
		to := bytes.IndexByte(answer[max(from, 0):], ']')
		if from < 0 || to < 0 {
			return fmt.Errorf("saleload: a hold without seats: %s", answer)
		}
		got, err = readSeats(make([]int32, 0, n), answer[from+8:from+to+1])
		return err
	})
	return got, err
}

func (c *client) confirm(_ context.Context, key, hold, buyer engine.Key, seats []int32) error {
	b := append([]byte(`{"id":"`), ids.FromBytes(key).String()...)
	b = append(append(b, `","buyer":"`...), ids.FromBytes(buyer).String()...)
	b = append(append(append(b, `","hold":"`...), ids.FromBytes(hold).String()...), '"')
	return c.post("/api/v1/bench/orders", append(appendSeats(b, seats), '}'), nil)
}

func (c *client) close() {
	for range c.task.Buyers {
		_ = (<-c.conns).Close()
	}
}
