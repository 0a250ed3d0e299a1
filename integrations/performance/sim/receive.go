package sim

import (
	"context"
	"crypto/sha256"
	"strconv"
	"time"

	"parterre/integrations/performance"
)

// inbound is a request as it came.
type inbound struct {
	app, stamp, nonce, signature, remote string
	body                                 []byte
}

// answer is what the platform decided.
type answer struct {
	code, text string
	accepted   int
	rejected   []RejectedRecord
}

// maxStranger is how much of a request is kept that did not prove whose it is.
const maxStranger = 4 << 10

// receive authenticates, judges, stores and then lets take effect; the answer
// is in the exchange. An error means that nothing was stored and nothing happened.
func (p *Platform) receive(ctx context.Context, in inbound) (*Exchange, *BehaviourRule, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.cfg.Clock.Now()
	e := &Exchange{At: now, App: in.app, Remote: in.remote, Request: in.body, Rejected: []RejectedRecord{}, Faults: []performance.Fault{}, Notes: []string{}}
	rep := p.cfg.Profile.DecodeReport(in.body)
	e.Message, e.Type = rep.Record.Text("messageId"), rep.Record.Text("type")
	e.Sequence, e.Records = int64(rep.Record.Int("sequence")), len(rep.Record.Rows("records"))

	a, ok := p.authenticate(in, now)
	var rule *BehaviourRule
	switch {
	case !ok:
		if len(e.Request) > maxStranger { // strangers shall not fill the store
			e.Request = e.Request[:maxStranger]
			e.Notes = append(e.Notes, "未通过验证，只保存前 4 KiB")
		}
		e.Faults = e.Faults[:0]
	default:
		rule = p.rules.pick(p.traits(in.app, rep))
		a = p.judge(e, rep, in, rule, now)
	}
	if rule != nil {
		e.Rule, e.Action = rule.Name, rule.Action
	}
	e.Code, e.Text, e.Accepted = a.code, a.text, a.accepted
	e.Rejected = append(e.Rejected, a.rejected...)
	e.Answer = p.encodeAnswer(e, rule)
	if len(e.Type) > 20 {
		e.Type = ""
	}
	n, err := p.cfg.Log.Append(context.WithoutCancel(ctx), *e)
	if err != nil {
		p.rebuild(ctx)
		return nil, nil, err
	}
	e.Number = n
	p.note(e)
	return e, rule, nil
}

// rebuild brings the book back to what is stored after a message had taken
// effect that could not be.
func (p *Platform) rebuild(ctx context.Context) {
	once := p.book.once
	p.book, p.seen, p.last = newBook(p.cfg.Profile), map[string]*seenMessage{}, map[string]int64{}
	_ = p.cfg.Log.Replay(context.WithoutCancel(ctx), p.replay) // if the store is down the next message tells
	p.book.once = once
}

// authenticate checks app, clock, nonce and signature, in this order, so that
// the answer names the first thing to put right.
func (p *Platform) authenticate(in inbound, now time.Time) (answer, bool) {
	refuse := func(code string) (answer, bool) {
		return answer{code: code, text: p.cfg.Profile.AnswerText(code)}, false
	}
	app, ok := p.apps[in.app]
	if !ok {
		return refuse(performance.CodeUnknownApp)
	}
	ms, err := strconv.ParseInt(in.stamp, 10, 64)
	if err != nil {
		return refuse(performance.CodeSkew)
	}
	skew := p.cfg.Profile.Wire.Skew()
	if d := now.Sub(time.UnixMilli(ms)); d > skew || d < -skew {
		return refuse(performance.CodeSkew)
	}
	w := p.cfg.Profile.Wire
	if len(in.nonce) < 8 || len(in.nonce) > 64 ||
		!performance.Verify(in.signature, w.Signature, app.Secret, "POST", w.Path, in.stamp, in.nonce, in.body) {
		return refuse(performance.CodeSignature)
	}
	key := in.app + "|" + in.nonce
	if until, used := p.nonces[key]; used && now.Before(until) {
		return answer{code: performance.CodeSignature, text: "随机数重复使用"}, false
	}
	if len(p.nonces) > 10_000 {
		for k, until := range p.nonces {
			if !now.Before(until) {
				delete(p.nonces, k)
			}
		}
	}
	p.nonces[key] = now.Add(2 * skew)
	return answer{}, true
}

func (p *Platform) traits(app string, rep performance.Report) traits {
	t := traits{app: app, kind: rep.Record.Text("type"), sessions: map[string]bool{}}
	for _, r := range rep.Record.Rows("records") {
		t.sessions[r.Text("sessionCode")] = true
	}
	_, t.seen = p.seen[app+"|"+rep.Record.Text("messageId")]
	return t
}

// judge decides about an authentic message: the rule first, then repetition,
// schema, and record by record.
func (p *Platform) judge(e *Exchange, rep performance.Report, in inbound, rule *BehaviourRule, now time.Time) answer {
	if rule != nil && rule.Action == ActRefuse {
		return answer{code: rule.Code, text: p.cfg.Profile.AnswerText(rule.Code)}
	}
	if rule != nil && !rule.Effect && (rule.Action == ActSilence || rule.Action == ActCut || rule.Action == ActHTTP) {
		return answer{code: "", text: "未处理"}
	}
	key, hash := in.app+"|"+e.Message, sha256.Sum256(in.body)
	if old := p.seen[key]; old != nil {
		e.Repeat = true
		if p.book.once {
			return repeated(old, hash, p.cfg.Profile)
		}
	}
	e.Faults = append(e.Faults, rep.Faults...)
	if broken := performance.Broken(rep.Faults); len(broken) > 0 && !recordsOnly(broken) {
		return answer{code: broken[0].Code, text: "格式错误：" + broken[0].Path + " " + broken[0].Why}
	}
	if rep.Record.Text("profile") != p.cfg.Profile.Name {
		return answer{code: performance.CodeSchema, text: "规格不是 " + p.cfg.Profile.Name}
	}
	if last := p.last[in.app]; e.Sequence <= last {
		e.Notes = append(e.Notes, "序号 "+strconv.FormatInt(e.Sequence, 10)+" 不大于已接收的 "+strconv.FormatInt(last, 10)+"：顺序不符")
	}
	a := p.records(e, rep, p.apps[in.app], now)
	e.Effect = true
	p.last[in.app] = max(p.last[in.app], e.Sequence)
	p.seen[key] = &seenMessage{hash: hash, answer: a}
	return a
}

// repeated answers a message id that was seen before: with the first answer's
// result if the bytes are the same.
func repeated(old *seenMessage, hash [32]byte, p *performance.Profile) answer {
	if old.hash != hash {
		return answer{code: performance.CodeOther, text: "报文标识已用于另一内容"}
	}
	a := old.answer
	a.code, a.text = performance.CodeDuplicate, p.AnswerText(performance.CodeDuplicate)
	return a
}

// recordsOnly reports whether all faults lie within single records, which are
// then refused one by one.
func recordsOnly(faults []performance.Fault) bool {
	for _, f := range faults {
		if _, ok := recordIndex(f.Path); !ok {
			return false
		}
	}
	return true
}

func recordIndex(path string) (int, bool) {
	const prefix = "records["
	if len(path) <= len(prefix) || path[:len(prefix)] != prefix {
		return 0, false
	}
	n, digits := 0, 0
	for i := len(prefix); i < len(path) && path[i] != ']'; i++ {
		n, digits = n*10+int(path[i]-'0'), digits+1
	}
	return n, digits > 0 && digits <= 3
}

// records takes each record by itself.
func (p *Platform) records(e *Exchange, rep performance.Report, app Registration, now time.Time) answer {
	a := answer{code: performance.CodeOK, text: p.cfg.Profile.AnswerText(performance.CodeOK)}
	bad := map[int]performance.Fault{}
	for _, f := range performance.Broken(rep.Faults) {
		if i, ok := recordIndex(f.Path); ok {
			if _, have := bad[i]; !have {
				bad[i] = f
			}
		}
	}
	for i, r := range rep.Record.Rows("records") {
		var pr problem
		switch f, broken := bad[i]; {
		case broken:
			pr = problem{f.Code, f.Path + " " + f.Why}
		case !app.serves(r):
			pr = problem{performance.CodeUnknownApp, "该应用未获授权上报此场馆"}
		default:
			pr = p.book.take(e.Type, r, now)
		}
		if pr.code == "" {
			a.accepted++
			continue
		}
		a.rejected = append(a.rejected, RejectedRecord{Index: i, Code: pr.code, Msg: cut(pr.msg)})
	}
	return a
}

// cut keeps an explanation within the answer's table; it explains, it is no data.
func cut(s string) string {
	for len(s) > 300 {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	return s
}

func (a Registration) serves(r performance.Record) bool {
	if len(a.Venues) == 0 {
		return true
	}
	code := r.Text("venueCode") + r.Text("hallCode") + r.Text("sessionCode")
	for _, v := range a.Venues {
		if len(code) >= len(v) && code[:len(v)] == v {
			return true
		}
	}
	return false
}

func (p *Platform) encodeAnswer(e *Exchange, rule *BehaviourRule) []byte {
	r := performance.Record{"code": e.Code, "msg": cut(e.Text)}
	if e.Code == "" {
		return nil
	}
	id := e.Message
	if rule != nil && rule.Action == ActWrongID {
		id = "00000000-0000-7000-8000-000000000000"
	}
	r["messageId"] = id
	if e.Code == performance.CodeOK || e.Code == performance.CodeDuplicate {
		rows := make([]performance.Record, len(e.Rejected))
		for i, x := range e.Rejected {
			rows[i] = performance.Record{"index": int64(x.Index), "code": x.Code, "msg": x.Msg}
		}
		r["data"] = performance.Record{"accepted": int64(e.Accepted), "rejected": rows}
	}
	raw, err := p.cfg.Profile.Encode("ANSWER", r)
	if err != nil { // the id of a broken message does not fit the answer's table
		delete(r, "messageId")
		raw, _ = p.cfg.Profile.Encode("ANSWER", r)
	}
	return raw
}

// replay lets a stored exchange take effect again.
func (p *Platform) replay(e Exchange) error {
	rep := p.cfg.Profile.DecodeReport(e.Request)
	out := map[int]bool{}
	for _, r := range e.Rejected {
		out[r.Index] = true
	}
	for i, r := range rep.Record.Rows("records") {
		if !out[i] {
			p.book.take(e.Type, r, e.At)
		}
	}
	p.last[e.App] = max(p.last[e.App], e.Sequence)
	p.seen[e.App+"|"+e.Message] = &seenMessage{
		hash:   sha256.Sum256(e.Request),
		answer: answer{code: e.Code, text: e.Text, accepted: e.Accepted, rejected: e.Rejected},
	}
	p.note(&e)
	return nil
}
