package ticketmap

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"regexp"
	"sync"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// Limits of a picture to trace. A picture is decoded whole, 8 bytes a pixel at
// most, so the pixels are what bounds the memory.
const (
	MaxUnderlayBytes  = 12 << 20
	MaxUnderlaySide   = 12_000
	MaxUnderlayPixels = 16 << 20
)

// Underlay is where and how a picture to trace (描图底图) lies under a hall's plan.
// It is no part of a plan and stays when a new version is drawn.
type Underlay struct {
	Level      string  `json:"level" doc:"The level that it belongs to; empty: all levels"`
	Media      string  `json:"media" enum:"image/png,image/jpeg"`
	Hash       string  `json:"hash" doc:"SHA-256 of the stored picture"`
	Width      int     `json:"width" doc:"Pixels"`
	Height     int     `json:"height" doc:"Pixels"`
	X          int     `json:"x" doc:"Place of the left upper corner in the plan, millimetres"`
	Y          int     `json:"y"`
	MMPerPixel float64 `json:"mmPerPixel" doc:"How many millimetres of the plan a pixel covers"`
	Opacity    int     `json:"opacity" doc:"Percent"`
}

// Placing is what of an Underlay a designer sets.
type Placing struct {
	X          int     `json:"x" minimum:"-5000000" maximum:"5000000"`
	Y          int     `json:"y" minimum:"-5000000" maximum:"5000000"`
	MMPerPixel float64 `json:"mmPerPixel" minimum:"0.01" maximum:"10000"`
	Opacity    int     `json:"opacity" minimum:"5" maximum:"100"`
}

// What is refused about pictures.
var (
	ErrUnderlayMissing = errs.New(errs.NotFound, "ticketmap.underlay_missing", "这里没有描图底图。", "There is no picture to trace here.")
	ErrUnderlayMedia   = errs.New(errs.Invalid, "ticketmap.underlay_media", "底图须为 PNG 或 JPEG 图片；按内容判断，与文件名无关。", "The picture must be a PNG or a JPEG; its content counts, not its name.").At("body")
	ErrUnderlayBroken  = errs.New(errs.Invalid, "ticketmap.underlay_broken", "图片已损坏，读不完整。", "The picture is broken; it cannot be read to its end.").At("body")
	ErrUnderlayLarge   = errs.New(errs.Invalid, "ticketmap.underlay_large", "图片过大：{width} × {height} 像素；每边至多 {side}，总数至多 {pixels} 像素。请先缩小。", "The picture is too large: {width} x {height} pixels; a side may have {side} and all of it {pixels}. Make it smaller first.").At("body")
	ErrUnderlayLevel   = errs.New(errs.Invalid, "ticketmap.underlay_level", "楼层编号不合法。", "That is no id of a level.").At("query.level")
)

var levelID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,40}$`)

// decoding lets one picture be decoded at a time: each may take 128 MiB.
var decoding sync.Mutex

// Redraw reads a picture and writes it anew, so that nothing of the sender's
// bytes is stored: no metadata with places and names, nothing behind the end, no
// second format inside the first. SVG and everything else is refused by content
// (script in a picture is never served). Errors: ErrUnderlayMedia, ErrUnderlayLarge, ErrUnderlayBroken.
func Redraw(sent []byte) (picture []byte, media string, size image.Point, err error) {
	var config func([]byte) (image.Config, error)
	var read func([]byte) (image.Image, error)
	switch {
	case bytes.HasPrefix(sent, []byte("\x89PNG\r\n\x1a\n")):
		media, config, read = "image/png", with(png.DecodeConfig), with(png.Decode)
	case bytes.HasPrefix(sent, []byte("\xff\xd8\xff")):
		media, config, read = "image/jpeg", with(jpeg.DecodeConfig), with(jpeg.Decode)
	default:
		return nil, "", size, ErrUnderlayMedia
	}
	c, err := config(sent)
	if err != nil {
		return nil, "", size, ErrUnderlayBroken
	}
	size = image.Pt(c.Width, c.Height)
	if c.Width < 1 || c.Height < 1 || c.Width > MaxUnderlaySide || c.Height > MaxUnderlaySide || c.Width*c.Height > MaxUnderlayPixels {
		return nil, "", size, ErrUnderlayLarge.With("width", c.Width).With("height", c.Height).With("side", MaxUnderlaySide).With("pixels", MaxUnderlayPixels)
	}
	decoding.Lock()
	defer decoding.Unlock()
	img, err := read(sent)
	if err != nil {
		return nil, "", size, ErrUnderlayBroken
	}
	var out bytes.Buffer
	if media == "image/png" {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, img)
	} else {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: 88})
	}
	return out.Bytes(), media, size, err
}

// with lets a reader of the standard library read bytes.
func with[T any](f func(io.Reader) (T, error)) func([]byte) (T, error) {
	return func(b []byte) (T, error) { return f(bytes.NewReader(b)) }
}

// Underlays lists the pictures of the hall of a plan, by level.
func (s *Service) Underlays(ctx context.Context, plan ids.ID) (list []Underlay, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := getPlan(ctx, tx, plan, "")
		if err == nil {
			list, err = listUnderlays(ctx, tx, p.HallID)
		}
		return err
	})
	return list, err
}

// SetUnderlay puts a picture under a level of a hall's plan, in the place of the one
// that lay there; where is how it is to lie. Errors: those of Redraw,
// ticketmap.plan_not_found, ErrUnderlayLevel.
func (s *Service) SetUnderlay(ctx context.Context, plan ids.ID, level string, sent []byte, where Placing) (Underlay, error) {
	if level != "" && !levelID.MatchString(level) {
		return Underlay{}, ErrUnderlayLevel
	}
	// Whose plan it is comes before the work on the picture.
	if err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error { _, err := getPlan(ctx, tx, plan, ""); return err }); err != nil {
		return Underlay{}, err
	}
	picture, media, size, err := Redraw(sent)
	if err != nil {
		return Underlay{}, err
	}
	sum := sha256.Sum256(picture)
	u := Underlay{Level: level, Media: media, Hash: hex.EncodeToString(sum[:]), Width: size.X, Height: size.Y}
	u.place(where)
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := getPlan(ctx, tx, plan, "")
		if err != nil {
			return err
		}
		return putUnderlay(ctx, tx, p.HallID, u, picture)
	})
	return u, err
}

func (u *Underlay) place(at Placing) {
	u.X, u.Y, u.MMPerPixel, u.Opacity = at.X, at.Y, at.MMPerPixel, at.Opacity
}

// PlaceUnderlay moves or scales a picture. Errors: ErrUnderlayMissing.
func (s *Service) PlaceUnderlay(ctx context.Context, plan ids.ID, level string, at Placing) (u Underlay, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := getPlan(ctx, tx, plan, "")
		if err != nil {
			return err
		}
		if u, err = getUnderlay(ctx, tx, p.HallID, level); err != nil {
			return err
		}
		u.place(at)
		return placeUnderlay(ctx, tx, p.HallID, u)
	})
	return u, err
}

// DropUnderlay takes a picture away. Errors: ErrUnderlayMissing.
func (s *Service) DropUnderlay(ctx context.Context, plan ids.ID, level string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := getPlan(ctx, tx, plan, "")
		if err != nil {
			return err
		}
		return dropUnderlay(ctx, tx, p.HallID, level)
	})
}

// UnderlayPicture returns the bytes of a picture with what it is. Errors: ErrUnderlayMissing.
func (s *Service) UnderlayPicture(ctx context.Context, plan ids.ID, level string) (u Underlay, picture []byte, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := getPlan(ctx, tx, plan, "")
		if err != nil {
			return err
		}
		if u, err = getUnderlay(ctx, tx, p.HallID, level); err != nil {
			return err
		}
		picture, err = underlayBytes(ctx, tx, p.HallID, level)
		return err
	})
	return u, picture, err
}
