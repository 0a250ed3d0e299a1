#!/bin/sh
# Makes the faces that printing embeds, from Noto Sans SC and Source Sans 3
# (both SIL OFL 1.1).
#
#   regular.ttf  通用规范汉字表 (8105) + GB2312 + Latin and punctuation
#   bold.ttf     通用规范汉字表 levels 1 and 2 (6500) + Latin and punctuation
#   latin.ttf, latin-bold.ttf
#                Latin with every European accent (Dvořák, Janáček, Łódź), which
#                Noto Sans SC lacks; from Source Sans 3, whose letters Noto Sans SC
#                shares at 1.115 times the size. The licence reserves the name
#                'Source', so these are called Parterre Latin.
#   rare.ttf     every other Han character of the BMP's main block (so all of GBK,
#                with the traditional forms that names from Hong Kong, Macao and
#                Taiwan use) and the supplementary-plane characters of the font
#
# Characters beyond U+FFFF are placed at U+E000.. in the order of their code
# points, because the PDF library knows 16-bit characters only; han_plane2.txt
# says which is which and font.go reads it.
#
# Needs: npm, and Debian's fonttools and unicode-data (Unihan's kTGH is the
# official list). Run from anywhere; the same inputs give the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent @expo-google-fonts/noto-sans-sc@0.4.3 >/dev/null
tar xzf ./*.tgz
cp package/LICENSE_FONT "$here/LICENSE_FONT"
mkdir latin
npm pack --silent --pack-destination latin @expo-google-fonts/source-sans-3@0.4.1 >/dev/null
tar xzf latin/*.tgz -C latin
cp latin/package/LICENSE_FONT "$here/LICENSE_FONT_LATIN"
SOURCE_DATE_EPOCH=1700000000 /usr/bin/python3 - "$here" <<'PY'
import bz2, sys
from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

here = sys.argv[1]
UNIHAN = "/usr/share/unicode/Unihan_OtherMappings.txt.bz2"

tgh = {}
with bz2.open(UNIHAN, "rt") as lines:
    for line in lines:
        part = line.strip().split("\t")
        if len(part) == 3 and part[1] == "kTGH":
            tgh[int(part[0][2:], 16)] = int(part[2].split(":")[1])
assert len(tgh) == 8105, len(tgh)

gb2312 = set()
for a in range(0xA1, 0xFF):
    for b in range(0xA1, 0xFF):
        try:
            gb2312.add(ord(bytes([a, b]).decode("gb2312")))
        except UnicodeDecodeError:
            pass

def span(a, b):
    return set(range(a, b + 1))

# Latin-1, Extended-A (Dvořák), pinyin letters, punctuation, currency, numerals,
# arrows, shapes, CJK punctuation and full-width forms.
common = (span(0x20, 0x7E) | span(0xA0, 0xFF) | span(0x100, 0x17F) | span(0x1CD, 0x1DC)
          | {0x192, 0x251, 0x261, 0x1E3F, 0x2C7, 0x2C9, 0x2CA, 0x2CB, 0x2D9}
          | span(0x2010, 0x203E) | span(0x20A0, 0x20BF) | span(0x2100, 0x214F)
          | span(0x2160, 0x217B) | span(0x2190, 0x2199) | span(0x2460, 0x249B)
          | span(0x25A0, 0x25FF) | {0x2605, 0x2606, 0x2640, 0x2642, 0x2713, 0x2717}
          | span(0x3000, 0x303F) | span(0x3220, 0x3229) | span(0x3380, 0x33DF)
          | span(0xFF01, 0xFF5E) | span(0xFFE0, 0xFFE6))
common -= {0xAD}
symbols = {c for c in gb2312 if not 0x4E00 <= c <= 0x9FFF}

def options():
    o = subset.Options(layout_features=[], hinting=False, notdef_outline=True,
                       name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], recalc_timestamp=False,
                       legacy_cmap=False, glyph_names=False)
    o.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF", "STAT", "DSIG"]
    return o

def cut_latin(weight, out):
    font = TTFont(f"latin/package/{weight}/SourceSans3_{weight}.ttf", recalcTimestamp=False)
    have = font.getBestCmap()
    want = {c for c in span(0x20, 0x7E) | span(0xA0, 0x24F) | span(0x1E00, 0x1EFF)
            | span(0x2010, 0x2027) | span(0x2030, 0x203A) | {0x20AC, 0x2116, 0x2122} if c in have} - {0xAD}
    s = subset.Subsetter(options())
    s.populate(unicodes=want)
    s.subset(font)
    glyphs, glyf = font.getGlyphSet(), font["glyf"]
    plain = {}
    for name in font.getGlyphOrder():  # one outline a glyph: accents are parts of others
        parts, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
        glyphs[name].draw(parts)
        parts.replay(pen)
        plain[name] = pen.glyph()
    for name, glyph in plain.items():
        glyf[name] = glyph
    font["head"].unitsPerEm = 897  # 1000 / 1.115
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = "ParterreLatin" if record.nameID == 6 else "Parterre Latin"
    font.save(f"{here}/{out}")
    print(out, len(want), "characters")

def cut(weight, wanted, out):
    font = TTFont(f"package/{weight}/NotoSansSC_{weight}.ttf", recalcTimestamp=False)
    have = dict(font.getBestCmap())
    high = sorted(c for c in have if c > 0xFFFF)
    assert not any(0xE000 <= c <= 0xF8FF for c in have)
    for t in font["cmap"].tables:
        if t.format in (4, 12):
            t.cmap.update({0xE000 + i: have[c] for i, c in enumerate(high)})
    pua = {c: 0xE000 + i for i, c in enumerate(high)}
    want = {pua.get(c, c) for c in wanted if c in have}
    s = subset.Subsetter(options())
    s.populate(unicodes=want)
    s.subset(font)
    font.save(f"{here}/{out}")
    print(out, len(want), "characters")
    return have, high

regular = set(tgh) | gb2312 | common | symbols
bold = {c for c, i in tgh.items() if i <= 6500} | common | symbols
have, high = cut("400Regular", regular, "regular.ttf")
cut("700Bold", bold, "bold.ttf")
cut_latin("400Regular", "latin.ttf")
cut_latin("700Bold", "latin-bold.ttf")
rare = {c for c in have if 0x4E00 <= c <= 0x9FFF or c > 0xFFFF} - regular
cut("400Regular", rare, "rare.ttf")
with open(f"{here}/han_plane2.txt", "w", encoding="utf-8") as f:
    f.write("".join(chr(c) for c in high) + "\n")
PY
