#!/usr/bin/env python3
"""Makes internal/pdf/fonts/MoreKanji-*.ttf: the kanji of Adobe-Japan1, among them those of names
of people such as U+20BB7, which BIZ UDPGothic lacks, out of Noto Sans CJK JP, with TrueType outlines
in the units of BIZ UDPGothic. Needs the Debian packages python3-fonttools, fonts-noto-cjk and
poppler-data; run it from the top of the repository. The same packages give the same bytes."""
import re

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

FOLDER = "internal/pdf/fonts/"
CMAP = "/usr/share/poppler/cMap/Adobe-Japan1/UniJIS2004-UTF32-H"
NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-%s.ttc"


def kanji():
    """The kanji of Adobe-Japan1."""
    out = set()
    for line in open(CMAP, encoding="ascii"):
        m = re.match(r"<([0-9a-f]{8})>(?: <([0-9a-f]{8})>)? \d+", line)
        if m:
            out.update(range(int(m[1], 16), int(m[2] or m[1], 16) + 1))
    return {c for c in out if 0x3400 <= c < 0xA000 or 0xF900 <= c < 0xFB00 or c >= 0x20000}


def make(weight):
    base = TTFont(FOLDER + "BIZUDPGothic-%s.ttf" % weight)
    noto = next(f for f in TTCollection(NOTO % weight, lazy=True).fonts if f["name"].getDebugName(4).startswith("Noto Sans CJK JP"))
    units = base["head"].unitsPerEm
    scale = units / noto["head"].unitsPerEm
    has, shapes = noto.getBestCmap(), noto.getGlyphSet()
    chars = sorted((kanji() & set(has)) - set(base.getBestCmap()))
    glyphs, widths = {".notdef": TTGlyphPen(None).glyph()}, {".notdef": (units, 0)}
    for c in chars:
        pen = TTGlyphPen(None)
        shapes[has[c]].draw(TransformPen(Cu2QuPen(pen, max_err=2, reverse_direction=True), (scale, 0, 0, scale, 0, 0)))
        glyphs["u%05X" % c] = pen.glyph()
        widths["u%05X" % c] = (round(shapes[has[c]].width * scale), 0)
    b = FontBuilder(units, isTTF=True)
    b.setupGlyphOrder(list(glyphs))
    b.setupGlyf(glyphs)
    b.setupHorizontalMetrics({n: (w, b.font["glyf"][n].xMin if hasattr(b.font["glyf"][n], "xMin") else 0) for n, (w, _) in widths.items()})
    b.setupHorizontalHeader(ascent=base["hhea"].ascent, descent=base["hhea"].descent)
    b.font["cmap"] = newTable("cmap")
    b.font["cmap"].tableVersion = 0
    sub = CmapSubtable.newSubtable(12)
    sub.platformID, sub.platEncID, sub.format, sub.reserved, sub.length, sub.language, sub.nGroups = 3, 10, 12, 0, 0, 0, 0
    sub.cmap = {c: "u%05X" % c for c in chars}
    b.font["cmap"].tables = [sub]
    b.font["head"].created = b.font["head"].modified = 0
    b.font.recalcTimestamp = False
    b.save(FOLDER + "MoreKanji-%s.ttf" % weight)
    print(weight, len(chars))


for w in ("Regular", "Bold"):
    make(w)
