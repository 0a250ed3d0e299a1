package httpx

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/errs"
)

// Problem is the body of every error answer (RFC 9457, application/problem+json).
// Code is stable; zh and en say the same; detail is the one of the two that
// the caller's Accept-Language prefers.
type Problem struct {
	Type      string         `json:"type" doc:"urn:parterre:problem:<code>"`
	Title     string         `json:"title" doc:"The status in words"`
	Status    int            `json:"status"`
	Code      string         `json:"code" doc:"Stable machine code, module.reason"`
	Detail    string         `json:"detail" doc:"What to do, in the caller's language"`
	Zh        string         `json:"zh"`
	En        string         `json:"en"`
	Rule      string         `json:"rule,omitempty" doc:"Clause or rule that was applied"`
	Fields    []errs.Field   `json:"fields,omitempty" doc:"What is wrong where"`
	Params    map[string]any `json:"params,omitempty" doc:"Values for a client that makes its own sentence"`
	RequestID string         `json:"requestId,omitempty" doc:"Quote this when you ask for help"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code + ": " + p.En }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statusOf maps kinds to statuses; kindOf is its inverse, for clients of ours
// that speak to another Parterre.
var statusOf = map[errs.Kind]int{
	errs.Internal: 500, errs.Invalid: 422, errs.NotFound: 404, errs.Conflict: 409, errs.Unsigned: 401,
	errs.Forbidden: 403, errs.TooMany: 429, errs.Unavailable: 503, errs.TooLarge: 413, errs.Gone: 410,
}

// KindOfStatus is the kind of error that an answer's status stands for.
func KindOfStatus(status int) errs.Kind {
	for k, s := range statusOf {
		if s == status {
			return k
		}
	}
	if status >= 400 && status < 500 {
		return errs.Invalid
	}
	return errs.Internal
}

// coded is what errors of the coding module implement: they stand below
// errs and carry the same things.
type coded interface {
	error
	ErrorCode() string
	Sentences() (zh, en string)
}

// ProblemOf makes the answer for err. Errors that are not meant to be shown
// become "internal" without their text.
func ProblemOf(err error, requestID string, english bool) *Problem {
	e, ok := errs.Of(err)
	var c coded
	if !ok && errors.As(err, &c) {
		zh, en := c.Sentences()
		e, ok = errs.New(errs.Invalid, c.ErrorCode(), zh, en), true
	}
	if !ok || e.Kind == errs.Internal {
		e = errs.New(errs.Internal, "internal", "系统内部错误，请稍后重试；如需帮助请提供请求编号。",
			"Something went wrong on our side. Please try again; quote the request id if you ask for help.")
	}
	p := &Problem{
		Type: "urn:parterre:problem:" + e.Code, Status: statusOf[e.Kind], Code: e.Code, Zh: e.Zh, En: e.En,
		Rule: e.Rule, Fields: e.Fields, Params: e.Params, RequestID: requestID, Detail: e.Zh,
	}
	p.Title = http.StatusText(p.Status)
	if english {
		p.Detail = e.En
	}
	return p
}

func prefersEnglish(acceptLanguage string) bool {
	first, _, _ := strings.Cut(acceptLanguage, ",")
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(first)), "en")
}

// humaCodes gives each of huma's own refusals a code and a Chinese sentence.
var humaCodes = map[int]*errs.Error{
	400: errs.New(errs.Invalid, "core.request", "请求格式不正确。", "The request is not well formed."),
	404: errNoRoute,
	406: errs.New(errs.Invalid, "core.accept", "请求的返回格式不支持，请使用 application/json。", "Ask for application/json."),
	413: errTooLarge,
	415: errs.New(errs.Invalid, "core.media_type", "请求体类型不支持，请使用 application/json。", "Send the body as application/json."),
	422: errs.New(errs.Invalid, "core.fields", "请求内容有误，请按提示修改。", "Some fields need correction."),
	500: errs.New(errs.Internal, "internal", "", ""),
	408: errs.New(errs.Unavailable, "core.body_timeout", "上传超时，请重试。", "The upload took too long; please try again."),
}

var (
	errNoRoute  = errs.New(errs.NotFound, "core.no_route", "没有这个接口。", "There is no such address.")
	errTooLarge = errs.New(errs.TooLarge, "core.body_size", "请求体过大。", "The request body is too large.")
	errNUL      = errs.New(errs.Invalid, "core.nul", "文本中不能含有空字符（U+0000）。", "Text may not hold the character U+0000.").At("body")
	errText     = errs.New(errs.Invalid, "core.text", "参数不是有效的 UTF-8 文本。", "The parameter is not valid UTF-8 text.")
	errEncoding = errs.New(errs.Invalid, "core.content_encoding", "请求体不能压缩，请去掉 Content-Encoding。", "Send the body as it is, without Content-Encoding.").At("Content-Encoding")
	errUTF8     = errs.New(errs.Invalid, "core.utf8", "请求体不是有效的 UTF-8 文本。", "The body is not valid UTF-8.").At("body")
)

// fromHuma turns huma's own errors (schema validation, parsing) into a
// Problem. The offending values are left out: they may be personal data.
func fromHuma(hctx huma.Context, status int, msg string, details ...error) huma.StatusError {
	rid, english := "", false
	if hctx != nil {
		rid, english = requestID(hctx.Context()), prefersEnglish(hctx.Header("Accept-Language"))
	}
	for _, d := range details {
		if _, ok := errs.Of(d); ok {
			return ProblemOf(d, rid, english)
		}
	}
	e := humaCodes[status]
	if e == nil {
		e = humaCodes[map[bool]int{true: 400, false: 500}[status < 500]]
	}
	e = e.With("reason", "") // a copy
	delete(e.Params, "reason")
	for _, d := range details {
		var det huma.ErrorDetailer
		if errors.As(d, &det) {
			x := det.ErrorDetail()
			e.Fields = append(e.Fields, schemaField(x.Location, x.Message))
		}
	}
	p := ProblemOf(e, rid, english)
	if status != 0 && e.Kind != errs.Internal {
		p.Status, p.Title = status, http.StatusText(status)
	}
	return p
}

// schemaField names one field that the schema refuses.
func schemaField(location, msg string) errs.Field {
	path := strings.TrimPrefix(location, "body.")
	if prop, ok := strings.CutPrefix(msg, "expected required property "); ok {
		prop, _, _ = strings.Cut(prop, " ")
		if path == "body" {
			path = prop
		} else {
			path += "." + prop
		}
		return errs.Field{Path: path, Code: "core.required", Zh: "此项必填。", En: "this field is required"}
	}
	for _, t := range schemaTexts {
		if rest, ok := strings.CutPrefix(msg, t.prefix); ok {
			return errs.Field{Path: path, Code: "core." + t.code, Zh: t.zh + strings.Trim(rest, " \""), En: msg}
		}
	}
	if m := misfit.FindStringSubmatch(msg); m != nil {
		return errs.Field{Path: m[1], Code: "core.range", Zh: "数值超出范围或类型不符。", En: "the value is out of range or of the wrong type"}
	}
	return errs.Field{Path: path, Code: "core.schema", Zh: "内容不符合要求。", En: safeSchemaText(msg)}
}

// misfit finds the field in what encoding/json says of a number that does not
// fit; the value, which it quotes as well, is left out.
var misfit = regexp.MustCompile(`into Go struct field [^ .]*\.([^ ]+) of type`)

// safeSchemaText keeps huma's fixed sentences and hides parser errors, which
// quote what they read.
func safeSchemaText(msg string) string {
	if strings.HasPrefix(msg, "expected ") || strings.HasPrefix(msg, "unexpected ") {
		return msg
	}
	return "the value is not valid"
}

var schemaTexts = []struct{ prefix, code, zh string }{
	{"unexpected property", "unknown_field", "没有这个字段，请删除。"},
	{"required ", "required", "缺少必填参数。"},
	{"expected boolean", "type", "应为 true 或 false。"},
	{"expected number >=", "minimum", "不能小于 "},
	{"expected number <=", "maximum", "不能大于 "},
	{"expected number >", "minimum", "必须大于 "},
	{"expected number <", "maximum", "必须小于 "},
	{"expected number to be a multiple", "multiple", "必须是倍数"},
	{"expected number", "type", "应为数字。"},
	{"expected integer", "type", "应为整数。"},
	{"expected string to be RFC 3339", "format", "时间格式不正确。"},
	{"expected string to match pattern", "pattern", "格式不正确，应匹配 "},
	{"expected string to be", "pattern", "格式不正确："},
	{"expected string", "type", "应为文本。"},
	{"expected array length >=", "min_items", "项数不能少于 "},
	{"expected array length <=", "max_items", "项数不能多于 "},
	{"expected array items to be unique", "unique_items", "各项不能重复。"},
	{"expected array", "type", "应为数组。"},
	{"expected object", "type", "应为对象。"},
	{"expected value to be one of", "enum", "只能是以下之一："},
	{"expected length >=", "min_length", "长度不能少于 "},
	{"expected length <=", "max_length", "长度不能超过 "},
	{"request body is required", "required", "缺少请求体。"},
}

// errorHandler answers for fiber: routes that do not exist, bodies that are
// too large, panics, and errors of raw routes.
func (s *Server) errorHandler(c *fiber.Ctx, err error) error {
	var fe *fiber.Error
	if errors.As(err, &fe) {
		switch fe.Code {
		case fiber.StatusNotFound, fiber.StatusMethodNotAllowed:
			err = errNoRoute
		case fiber.StatusRequestEntityTooLarge:
			err = errTooLarge
		case fiber.StatusRequestHeaderFieldsTooLarge:
			err = errs.New(errs.TooLarge, "core.header_size", "请求头过大。", "The request header is too large.")
		default:
			if fe.Code < 500 {
				err = humaCodes[400].Because(fe)
			}
		}
	}
	// The connection broke while a request was awaited or read: a browser that was
	// closed, a certificate that was refused. Nobody reads an answer, and nothing
	// of ours has failed. fiber calls it a bad gateway.
	if fe != nil && fe.Code == fiber.StatusBadGateway && requestID(c.UserContext()) == "" {
		s.log.Debug("a connection ended before its request was read", "err", err)
		return nil
	}
	p := ProblemOf(err, requestID(c.UserContext()), prefersEnglish(c.Get("Accept-Language")))
	if p.Status >= 500 {
		s.log.Error("request failed", "request", p.RequestID, "route", c.Route().Path, "err", err)
	}
	return c.Status(p.Status).JSON(p, "application/problem+json")
}
