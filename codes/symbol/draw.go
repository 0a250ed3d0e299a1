package symbol

import (
	"image"
	"image/color"
	"strconv"
)

// Path is the dark modules as the data of one SVG path, in modules, quiet zone included: fill it once.
func (m *Matrix) Path() string {
	var b []byte
	for _, r := range m.Rects() {
		b = append(b, 'M')
		b = strconv.AppendInt(b, int64(r.X), 10)
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(r.Y), 10)
		b = append(b, 'h')
		b = strconv.AppendInt(b, int64(r.W), 10)
		b = append(b, 'v')
		b = strconv.AppendInt(b, int64(r.H), 10)
		b = append(b, 'h')
		b = strconv.AppendInt(b, int64(-r.W), 10)
		b = append(b, 'z')
	}
	return string(b)
}

// SVG is a document of its own, white with the quiet zone, module module-widths wide in the unit that the caller names
// ("mm", "px"); module must be greater than 0.
func (m *Matrix) SVG(module float64, unit string) string {
	w, h := m.Outer()
	size := func(n int) string { return strconv.FormatFloat(float64(n)*module, 'f', -1, 64) + unit }
	box := strconv.Itoa(w) + " " + strconv.Itoa(h)
	return `<svg xmlns="http://www.w3.org/2000/svg" width="` + size(w) + `" height="` + size(h) + `" viewBox="0 0 ` + box +
		`" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h` + strconv.Itoa(w) + `v` + strconv.Itoa(h) + `H0z"/><path d="` + m.Path() + `"/></svg>`
}

// Image draws with scale pixels (or printer dots) a module, at least 1, quiet zone included; one bit a pixel in meaning,
// a two-colour palette in form.
func (m *Matrix) Image(scale int) *image.Paletted {
	scale = max(scale, 1)
	w, h := m.Outer()
	img := image.NewPaletted(image.Rect(0, 0, w*scale, h*scale), color.Palette{color.White, color.Black})
	for _, r := range m.Rects() {
		for y := r.Y * scale; y < (r.Y+r.H)*scale; y++ {
			row := img.Pix[y*img.Stride+r.X*scale : y*img.Stride+(r.X+r.W)*scale]
			for i := range row {
				row[i] = 1
			}
		}
	}
	return img
}
