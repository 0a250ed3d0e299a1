package ticketmap_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
)

func drawing(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w {
		img.Set(i, i%h, color.RGBA{R: 200, G: uint8(i), A: 255})
	}
	return img
}

func pngOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, drawing(w, h)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawing(w, h), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// chunk is a PNG chunk.
func chunk(kind, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(b, kind...)
	b = append(b, body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(kind+body)))
}

// A picture is stored as our encoder writes it; nothing else of the file is (PT-6.3.2.4).
func TestRedraw(t *testing.T) {
	t.Parallel()
	const script = "<script>alert(1)</script>"
	plain := pngOf(t, 40, 30)
	end := len(plain) - 12 // IEND
	noted := append(append(append([]byte{}, plain[:end]...), chunk("tEXt", "Comment\x00"+script)...), plain[end:]...)
	noted = append(noted, []byte(script)...)
	got, media, size, err := ticketmap.Redraw(noted)
	if err != nil || media != "image/png" || size != image.Pt(40, 30) {
		t.Fatalf("%s %v %v", media, size, err)
	}
	if bytes.Contains(got, []byte("script")) {
		t.Error("the comment of the file is kept")
	}
	img, err := png.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	if c, want := color.RGBAModel.Convert(img.At(7, 7)), drawing(40, 30).At(7, 7); c != want {
		t.Errorf("the picture is another: %v, want %v", c, want)
	}
	photo := jpegOf(t, 40, 30)
	exif := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, 2 + 20}, []byte("Exif\x00\x00GPS 39.9,116.4!")[:20]...)
	got, media, _, err = ticketmap.Redraw(append(exif, photo[2:]...))
	if err != nil || media != "image/jpeg" || bytes.Contains(got, []byte("GPS")) {
		t.Errorf("%s %v: the place of the photo is kept: %v", media, err, bytes.Contains(got, []byte("GPS")))
	}
}

func TestRedrawRefuses(t *testing.T) {
	t.Parallel()
	good := pngOf(t, 60, 60)
	bomb := append([]byte{}, good...)
	binary.BigEndian.PutUint32(bomb[16:], 200_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	square := append([]byte{}, good...)
	binary.BigEndian.PutUint32(square[16:], 11_000)
	binary.BigEndian.PutUint32(square[20:], 11_000)
	binary.BigEndian.PutUint32(square[29:], crc32.ChecksumIEEE(square[12:29]))
	for name, c := range map[string]struct {
		sent []byte
		want error
	}{
		"an SVG with a script":     {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), ticketmap.ErrUnderlayMedia},
		"a page named picture.png": {[]byte("<!doctype html><script>1</script>"), ticketmap.ErrUnderlayMedia},
		"a GIF":                    {[]byte("GIF89a"), ticketmap.ErrUnderlayMedia},
		"a WebP":                   {[]byte("RIFF\x00\x00\x00\x00WEBPVP8 "), ticketmap.ErrUnderlayMedia},
		"nothing":                  {nil, ticketmap.ErrUnderlayMedia},
		"half a PNG":               {good[:len(good)/2], ticketmap.ErrUnderlayBroken},
		"half a JPEG":              {jpegOf(t, 90, 90)[:40], ticketmap.ErrUnderlayBroken},
		"one side of 200,000":      {bomb, ticketmap.ErrUnderlayLarge},
		"121 million pixels":       {square, ticketmap.ErrUnderlayLarge},
	} {
		if _, _, _, err := ticketmap.Redraw(c.sent); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzRedraw(f *testing.F) {
	var b bytes.Buffer
	_ = png.Encode(&b, drawing(5, 4))
	f.Add(b.Bytes())
	b.Reset()
	_ = jpeg.Encode(&b, drawing(5, 4), nil)
	f.Add(b.Bytes())
	f.Add([]byte("<svg/>"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		got, media, _, err := ticketmap.Redraw(sent)
		if err != nil {
			return
		}
		if _, again, _, err := ticketmap.Redraw(got); err != nil || again != media {
			t.Fatalf("what was written cannot be read: %v", err)
		}
	})
}

func TestUnderlays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	doc, err := plan.Encode(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.s.Import(b.ctx, b.hall, doc)
	if err != nil {
		t.Fatal(err)
	}
	at := ticketmap.Placing{X: -5000, Y: 200, MMPerPixel: 12.5, Opacity: 40}
	if _, err := b.s.SetUnderlay(b.ctx, p.ID, "一层", pngOf(t, 30, 20), at); !errors.Is(err, ticketmap.ErrUnderlayLevel) {
		t.Errorf("a level that is none: %v", err)
	}
	for _, level := range []string{"", "L2"} {
		if _, err := b.s.SetUnderlay(b.ctx, p.ID, level, pngOf(t, 30, 20), at); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.s.SetUnderlay(b.ctx, p.ID, "L2", jpegOf(t, 50, 40), at); err != nil {
		t.Fatal(err)
	}
	if _, err := b.s.PlaceUnderlay(b.ctx, p.ID, "L2", ticketmap.Placing{X: 7, Y: 8, MMPerPixel: 20.25, Opacity: 60}); err != nil {
		t.Fatal(err)
	}
	list, err := b.s.Underlays(b.ctx, p.ID)
	if err != nil || len(list) != 2 || list[1].Media != "image/jpeg" || list[1].X != 7 || list[1].MMPerPixel != 20.25 || list[1].Width != 50 {
		t.Fatalf("%+v %v", list, err)
	}
	// It belongs to the hall: a later version of the plan has it too, and another tenant has nothing.
	if _, err := b.s.Publish(b.ctx, p.ID, p.Version); err != nil {
		t.Fatal(err)
	}
	next, err := b.s.Revise(b.ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	u, picture, err := b.s.UnderlayPicture(b.ctx, next.ID, "L2")
	if err != nil || u.Hash != list[1].Hash {
		t.Fatalf("%+v %v", u, err)
	}
	if img, err := jpeg.Decode(bytes.NewReader(picture)); err != nil || img.Bounds().Dx() != 50 {
		t.Errorf("%v", err)
	}
	other := db.WithScope(b.ctx, db.Scope{Tenant: b.db.Other, Actor: db.Actor{Kind: db.ActorUser, ID: ids.New(), Name: "他"}})
	if _, _, err := b.s.UnderlayPicture(other, next.ID, "L2"); !errors.Is(err, ticketmap.ErrPlanNotFound) {
		t.Errorf("another tenant: %v", err)
	}
	if err := b.s.DropUnderlay(b.ctx, next.ID, "L2"); err != nil {
		t.Fatal(err)
	}
	if err := b.s.DropUnderlay(b.ctx, next.ID, "L2"); !errors.Is(err, ticketmap.ErrUnderlayMissing) {
		t.Errorf("twice: %v", err)
	}
}

// A second designer is told who saved meanwhile.
func TestPlanSaysWhoChangedIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	doc, err := plan.Encode(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.s.Import(b.ctx, b.hall, doc)
	if err != nil {
		t.Fatal(err)
	}
	wang := db.WithScope(b.ctx, db.Scope{Tenant: b.db.Tenant, Actor: db.Actor{Kind: db.ActorUser, ID: ids.New(), Name: "王设计"}})
	if _, err := b.s.Save(wang, p.ID, p.Version, doc); err != nil {
		t.Fatal(err)
	}
	if got, err := b.s.Plan(b.ctx, p.ID); err != nil || got.ChangedBy != "王设计" {
		t.Errorf("changed by %q, %v", got.ChangedBy, err)
	}
}
