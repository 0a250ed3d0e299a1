package escpos

import "parterre/printing"

// Level is a QR code's error correction.
type Level byte

const (
	LevelL Level = '0' + iota
	LevelM
	LevelQ
	LevelH
)

// maxPayload is what a QR of version 40, level L holds in bytes.
const maxPayload = 2953

// QR lets the printer encode and draw a payload (GS ( k, functions 165, 167,
// 169, 180, 181). module is the size of a module in dots, 3 to 16.
func (b *Builder) QR(payload string, level Level, module int) {
	switch {
	case !b.p.NativeQR:
		b.fail("qr", "printing.unsupported", "打印机不支持二维码指令，请改用点阵方式", "the printer has no QR encoder; print the matrix instead")
		return
	case payload == "" || len(payload) > maxPayload:
		b.fail("qr", "printing.does_not_fit", "二维码内容为空或过长", "the QR payload is empty or longer than a QR code holds")
		return
	case module < 3 || module > 16:
		b.fail("qr", "printing.out_of_range", "二维码模块大小须为 3 至 16 点", "a QR module must be 3 to 16 dots")
		return
	}
	b.look(Look{Align: Center})
	store := len(payload) + 3
	b.raw(0x1D, '(', 'k', 4, 0, '1', 'A', '2', 0)
	b.raw(0x1D, '(', 'k', 3, 0, '1', 'C', byte(module))
	b.raw(0x1D, '(', 'k', 3, 0, '1', 'E', byte(level))
	b.raw(0x1D, '(', 'k', byte(store), byte(store>>8), '1', 'P', '0')
	b.buf.WriteString(payload)
	b.raw(0x1D, '(', 'k', 3, 0, '1', 'Q', '0')
}

// Raster prints a bit matrix as it is (GS v 0), module dots a module, with its
// quiet zone of four modules.
func (b *Builder) Raster(m printing.Matrix, module int) {
	if m == nil || module < 1 {
		b.fail("qr", "printing.missing", "缺少二维码", "there is no QR matrix")
		return
	}
	width, height := m.Size()
	const quiet = 4
	side, tall := (width+2*quiet)*module, (height+2*quiet)*module
	if side > b.p.Dots {
		b.fail("qr", "printing.does_not_fit", "二维码比纸宽，请减小模块", "the QR code is wider than the paper; use smaller modules")
		return
	}
	b.look(Look{Align: Center})
	row := (side + 7) / 8
	b.raw(0x1D, 'v', '0', 0, byte(row), byte(row>>8), byte(tall), byte(tall>>8))
	line := make([]byte, row)
	for y := -quiet; y < height+quiet; y++ {
		clear(line)
		for x := 0; x < width && y >= 0 && y < height; x++ {
			if !m.Dark(x, y) {
				continue
			}
			for d := (x + quiet) * module; d < (x+quiet+1)*module; d++ {
				line[d/8] |= 0x80 >> (d % 8)
			}
		}
		for range module {
			b.buf.Write(line)
		}
	}
}

func (b *Builder) fail(field, code, zh, en string) {
	if b.err == nil {
		b.err = &printing.Error{Code: code, Field: field, ZH: zh, EN: en}
	}
}
