package payload

import (
	"encoding/binary"
	"time"
	"unicode/utf8"

	"parterre/codes"
)

const (
	prefix  = "PT:"
	version = 1
	context = "parterre ticket v1\x00" // what the signature is for; no other message of ours begins so
	maxBody = 160
	showLen = 21
)

// errors of Verify, by reason
var (
	errNotOurs   = codes.NewError("codes.payload.prefix", "text", "不是本系统的票面二维码", "this is not a ticket payload of this system")
	errText      = codes.NewError("codes.payload.text", "text", "二维码内容不完整或有误", "the payload is damaged or cut off")
	errVersion   = codes.NewError("codes.payload.version", "version", "二维码版本过新，请升级程序", "the payload has a version that this program does not know")
	errKey       = codes.NewError("codes.payload.unknown_key", "key", "签名密钥未知或已停用", "the payload was signed with a key that is unknown or withdrawn")
	errSignature = codes.NewError("codes.payload.signature", "signature", "签名不符：内容被改动或为伪造", "the signature is wrong: the payload was altered or forged")
)

// Sign makes the text for a ticket's QR code. Errors: codes.payload.argument, naming the field; those of the signer.
func Sign(s Signer, t Ticket) (string, error) {
	if err := t.check(); err != nil {
		return "", err
	}
	msg := make([]byte, 0, len(context)+maxBody+sigLen)
	msg = append(msg, context...)
	msg = appendBody(msg, s.Suite(), s.KeyID(), t)
	sig, err := s.Sign(msg)
	if err != nil {
		return "", err
	}
	if len(sig) != sigLen {
		return "", codes.NewError("codes.payload.key", "key", "签名须为 64 字节", "the signer must give 64 bytes")
	}
	msg = append(msg, sig...)
	out := make([]byte, 0, len(prefix)+3*len(msg)/2)
	out = append(out, prefix...)
	return string(appendBase45(out, msg[len(context):])), nil
}

func appendBody(b []byte, s Suite, id KeyID, t Ticket) []byte {
	b = append(b, version<<4|byte(s))
	b = append(b, id[:]...)
	var buf [codes.MaxTicketLen]byte
	text := t.Code.AppendTo(buf[:0])
	b = append40(b, digits(text[:11]))
	b = append40(b, digits(text[11:showLen]))
	unique := text[showLen:]
	b = append(b, byte(len(unique)))
	b = appendPacked(b, unique)
	b = binary.AppendUvarint(b, uint64(t.Seat))
	b = binary.AppendUvarint(b, uint64(t.Zone))
	b = append(b, t.Admits, byte(t.Flags), t.Edition)
	from, valid, _ := t.minutes()
	b = binary.AppendVarint(b, from)
	b = binary.AppendUvarint(b, uint64(valid))
	b = append(b, byte(len(t.Label)))
	return append(b, t.Label...)
}

// Verify checks the signature and gives what the text says. Whether it is valid now is for CheckTime, whether it was
// used or superseded for the gate. Errors: codes.payload.prefix, .text, .version, .unknown_key, .signature.
func (k *Keyring) Verify(text string) (Ticket, KeyID, error) {
	var buf [len(context) + maxBody + sigLen]byte
	msg := append(buf[:0], context...)
	msg, err := decodeText(msg, text)
	if err != nil {
		return Ticket{}, KeyID{}, err
	}
	body := msg[len(context) : len(msg)-sigLen]
	if body[0]>>4 != version {
		return Ticket{}, KeyID{}, errVersion
	}
	id := KeyID(body[1:5])
	v, ok := k.keys[id]
	if !ok || v.Suite() != Suite(body[0]&15) {
		return Ticket{}, id, errKey
	}
	if !v.Verify(msg[:len(msg)-sigLen], msg[len(msg)-sigLen:]) {
		return Ticket{}, id, errSignature
	}
	t, ok := readBody(body[5:])
	if !ok {
		return Ticket{}, id, errText
	}
	return t, id, nil
}

// Peek reads a text without checking the signature: for staff who ask what a code says, never for admission.
func Peek(text string) (Ticket, Suite, KeyID, error) {
	var buf [maxBody + sigLen]byte
	msg, err := decodeText(buf[:0], text)
	if err != nil {
		return Ticket{}, 0, KeyID{}, err
	}
	if msg[0]>>4 != version {
		return Ticket{}, 0, KeyID{}, errVersion
	}
	t, ok := readBody(msg[5 : len(msg)-sigLen])
	if !ok {
		return Ticket{}, 0, KeyID{}, errText
	}
	return t, Suite(msg[0] & 15), KeyID(msg[1:5]), nil
}

// IsPayload tells whether a text claims to be a ticket payload, so that a gate can tell it from a bare ticket code.
func IsPayload(text string) bool { return len(text) > len(prefix) && text[:len(prefix)] == prefix }

func decodeText(dst []byte, text string) ([]byte, error) {
	if !IsPayload(text) {
		return nil, errNotOurs
	}
	if len(text)-len(prefix) > (maxBody+sigLen)/2*3 {
		return nil, errText
	}
	before := len(dst)
	msg, wrong := decodeBase45(dst, text[len(prefix):])
	if wrong >= 0 || len(msg)-before < 5+sigLen+1 {
		return nil, errText
	}
	return msg, nil
}

// reader takes numbers off a body; fail is set by the first one that is not there or not in its shortest form.
type reader struct {
	b    []byte
	fail bool
}

func (r *reader) take(n int) []byte {
	if r.fail || len(r.b) < n {
		r.fail = true
		return make([]byte, n)
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || size > 1 && r.b[size-1] == 0 {
		r.fail = true
		return 0
	}
	r.b = r.b[size:]
	return n
}

func readBody(b []byte) (Ticket, bool) {
	r := reader{b: b}
	var buf [codes.MaxTicketLen]byte
	hi, lo := read40(r.take(5)), read40(r.take(5))
	n := int(r.take(1)[0])
	if r.fail || hi > 99999999999 || lo > 9999999999 || n < 1 || n > codes.MaxTicketLen-showLen {
		return Ticket{}, false
	}
	putDigits(buf[:11], hi)
	putDigits(buf[11:showLen], lo)
	if !unpack(buf[showLen:showLen+n], r.take(packedLen(n))) {
		return Ticket{}, false
	}
	code, err := codes.ParseTicket(string(buf[:showLen+n]))
	if err != nil {
		return Ticket{}, false
	}
	t := Ticket{Code: code}
	seat, zone := r.uvarint(), r.uvarint()
	three := r.take(3)
	t.Admits, t.Flags, t.Edition = three[0], Flags(three[1]), three[2]
	zigzag, valid := r.uvarint(), r.uvarint()
	label := r.take(int(r.take(1)[0]))
	if r.fail || len(r.b) != 0 || seat > 1<<32-1 || zone > 1<<32-1 || zigzag > 4*maxFrom || valid > maxValid || !utf8.Valid(label) {
		return Ticket{}, false
	}
	t.Seat, t.Zone, t.Label = uint32(seat), uint32(zone), string(label)
	from := int64(zigzag>>1) ^ -int64(zigzag&1)
	t.ValidFrom = code.Show().Date().Start().Add(time.Duration(from) * time.Minute)
	t.ValidUntil = t.ValidFrom.Add(time.Duration(valid) * time.Minute)
	return t, t.check() == nil
}
