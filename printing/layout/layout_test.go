package layout

import (
	"strings"
	"testing"

	"parterre/printing/canvas"
	"parterre/printing/font"
)

func solid(s string) string {
	return strings.NewReplacer(" ", "", "\n", "").Replace(s)
}

// The PDF library's own line breaker loses a character at each break.
func TestNoCharacterIsLost(t *testing.T) {
	t.Parallel()
	text := "演出开始后请听从工作人员安排，迟到观众须在幕间入场；一米二以下儿童谢绝入场（儿童剧除外）。票价￥1,280元，第12排08座，咨询电话 400-810-1234……"
	for width := 3.0; width < 120; width += 0.7 {
		lines, _ := Break(text, width, font.Regular, 9)
		if got := solid(strings.Join(lines, "")); got != solid(text) {
			t.Fatalf("width %.1f: %q", width, got)
		}
	}
}

func TestKinsoku(t *testing.T) {
	t.Parallel()
	text := "“谢绝”入场（儿童剧《小王子》除外）。第12排，票价￥280元——请于19时30分前……到达"
	for width := 14.0; width < 90; width += 0.5 {
		lines, split := Break(text, width, font.Regular, 9)
		if split {
			continue
		}
		for i, line := range lines {
			runes := []rune(line)
			if i > 0 && strings.ContainsRune("、。，；）》”…—", runes[0]) {
				t.Errorf("width %.1f: line begins with %c", width, runes[0])
			}
			last := runes[len(runes)-1]
			if i < len(lines)-1 && strings.ContainsRune("（《“￥第", last) {
				t.Errorf("width %.1f: line ends with %c", width, last)
			}
			if i < len(lines)-1 && strings.HasSuffix(line, "28") {
				t.Errorf("width %.1f: number broken: %q", width, line)
			}
			if w := font.Width(line, font.Regular, 9); w > width+1e-6 {
				t.Errorf("width %.1f: line is %.2f mm", width, w)
			}
		}
	}
}

func TestWordsStayWhole(t *testing.T) {
	t.Parallel()
	lines, split := Break("Symphony No. 9 in D minor, well-tempered", 30, font.Regular, 10)
	if split {
		t.Fatal("a word was broken though every word fits")
	}
	for _, line := range lines {
		for _, w := range strings.Fields(line) {
			if !strings.Contains(" Symphony No. 9 in D minor, well-tempered well- tempered ", " "+w+" ") {
				t.Errorf("%q is not a word of the text", w)
			}
		}
	}
	if _, split := Break("Donaudampfschifffahrtsgesellschaft", 20, font.Regular, 10); !split {
		t.Error("a word longer than the line must be reported as split")
	}
}

func TestFitShrinksWithinLimitsAndNeverCuts(t *testing.T) {
	t.Parallel()
	box := Box{W: 60, H: 16, Max: 22, Min: 12, MaxLines: 2, Balance: true}
	b, ok := Fit("天鹅湖", font.Bold, canvas.Color{}, box)
	if !ok || b.Type.Size != 22 || len(b.Lines) != 1 {
		t.Errorf("short: %v %+v", ok, b)
	}
	long := "俄罗斯国家大剧院芭蕾舞团《天鹅湖》2026中国巡演"
	b, ok = Fit(long, font.Bold, canvas.Color{}, box)
	if !ok || b.Type.Size >= 22 || b.Type.Size < 12 || len(b.Lines) != 2 || solid(strings.Join(b.Lines, "")) != solid(long) {
		t.Errorf("long: %v %+v", ok, b)
	}
	if d := b.Type.Width(b.Lines[0]) - b.Type.Width(b.Lines[1]); d > 18 || d < -18 {
		t.Errorf("lines are not balanced: %q", b.Lines)
	}
	huge := strings.Repeat("很长的名字", 40)
	b, ok = Fit(huge, font.Bold, canvas.Color{}, box)
	if ok || strings.Join(b.Lines, "") != huge {
		t.Errorf("huge: ok=%v, kept %d of %d", ok, len(strings.Join(b.Lines, "")), len(huge))
	}
}

func FuzzBreak(f *testing.F) {
	f.Add("贝多芬第九交响曲·合唱（Symphony No. 9）……", 30.0, 9.0)
	f.Add("\n\n  a b\n——¥", 0.1, 40.0)
	f.Add("𬭚 😀 x", 5.0, 10.0)
	f.Fuzz(func(t *testing.T, s string, width, size float64) {
		if !(width >= 0 && width < 1000 && size >= 1 && size < 200) {
			t.Skip()
		}
		s, _ = font.Clean(s, font.Bold)
		lines, split := Break(s, width, font.Bold, size)
		if got := solid(strings.Join(lines, "\n")); got != solid(s) {
			t.Fatalf("%q became %q", s, lines)
		}
		if split {
			return
		}
		for i, line := range lines {
			if font.Width(line, font.Bold, size) > width+1e-6 {
				t.Fatalf("line %d of %q is too wide", i, lines)
			}
		}
	})
}
