package ticketmaphttp_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"testing"

	"parterre/modules/ticketmap"
)

func TestUnderlayHTTP(t *testing.T) {
	t.Parallel()
	c, _, hall := setup(t)
	file, err := os.ReadFile("../plan/testdata/versions/v1.json")
	if err != nil {
		t.Fatal(err)
	}
	p := call[ticketmap.Plan](c, 201, "POST", "/halls/"+hall.String()+"/plans", file)
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 12, 9))); err != nil {
		t.Fatal(err)
	}
	path := "/plans/" + p.ID.String() + "/underlay"
	res, body := c.do("PUT", path+"/picture?mmPerPixel=10.5&x=-300&opacity=50", "designer", b.Bytes(), "Content-Type", "application/octet-stream")
	if res.StatusCode != 200 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	list := call[struct{ Items []ticketmap.Underlay }](c, 200, "GET", path+"s", nil)
	if len(list.Items) != 1 || list.Items[0].MMPerPixel != 10.5 || list.Items[0].X != -300 || list.Items[0].Opacity != 50 {
		t.Fatalf("%+v", list)
	}
	res, body = c.do("GET", path+"/picture", "designer", nil)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" || res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	if _, err := png.Decode(bytes.NewReader(body)); err != nil {
		t.Error(err)
	}
	if res, _ := c.do("GET", path+"/picture", "designer", nil, "If-None-Match", res.Header.Get("ETag")); res.StatusCode != 304 {
		t.Errorf("with its tag: %d", res.StatusCode)
	}
	if res, _ := c.do("GET", path+"/picture", "", nil); res.StatusCode != 401 && res.StatusCode != 403 {
		t.Errorf("a visitor got %d", res.StatusCode)
	}
	if res, body := c.do("PUT", path+"/picture?mmPerPixel=1", "designer", []byte("<svg onload=alert(1)/>"), "Content-Type", "application/octet-stream"); res.StatusCode != 422 || !bytes.Contains(body, []byte("ticketmap.underlay_media")) {
		t.Errorf("an SVG: %d %s", res.StatusCode, body)
	}
	call[ticketmap.Underlay](c, 200, "PATCH", path, ticketmap.Placing{X: 1, Y: 2, MMPerPixel: 3, Opacity: 90})
	res, _ = c.do("DELETE", path, "designer", nil)
	if gone, _ := c.do("GET", path+"/picture", "designer", nil); res.StatusCode >= 300 || gone.StatusCode != 404 {
		t.Errorf("taken away: %d, then %d", res.StatusCode, gone.StatusCode)
	}
}
