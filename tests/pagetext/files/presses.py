"""Print the expected documents with Chromium, LibreOffice and ReportLab. The results are committed next to this file.

.venv/bin/python -m tests.pagetext.files.presses [NAME …]
"""

import base64
import html
import io
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import docx
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from fontTools import subset, ttLib
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageDraw
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame as RLFrame
from reportlab.platypus import Image as RLImage
from reportlab.platypus import Paragraph

from . import truths

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
NUMERALS = "一二三四五六七八九十"
MM = 72 / 25.4


@dataclass(frozen=True)
class Job:
    """The layout of a printed page. `size` is the body size in points; `lead` is the position of the lead."""

    truth: dict
    columns: int = 3
    size: float = 9
    width: float = 380  # mm
    height: float = 540
    indent: bool = True
    lead: str = "top"  # top, box: floats in the columns, side: a box in a corner
    justify: bool = True
    family: str = "Noto Serif CJK SC"
    mark: str = "话题{n}"
    span_titles: bool = False
    portraits: bool = True
    boxed: bool = False  # each topic in a frame
    header: str = "晋中日报　2025年3月12日　星期三　第3版"
    extra: dict = field(default_factory=dict)


def portrait(name):
    """Draw a small grey picture, different for each name."""
    image = Image.new("RGB", (60, 80), (200, 205, 200))
    draw = ImageDraw.Draw(image)
    shade = 60 + sum(map(ord, name)) % 120
    draw.ellipse((18, 12, 42, 42), fill=(shade, shade, 110))
    draw.rectangle((10, 48, 50, 80), fill=(70, shade, shade))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def speech(interview):
    """Return the paragraphs as printed: the speaker before the first, the byline after the last."""
    who = interview["speaker"]
    texts = list(interview["paragraphs"])
    texts[0] = f"{who['organisation']}{who['job_title']}{who['name']}：{texts[0]}"
    if interview["credits"]:
        roll = " ".join(f"{credit['role']} {' '.join(credit['contributors'])}" for credit in interview["credits"])
        texts[-1] += f"（{roll}）"
    return texts


def credits(page):
    return [f"本版{c['role']}：{' '.join(c['contributors'])}" for c in page["credits"]]


# --- Chromium --------------------------------------------------------------------------------------------------------


def as_html(job):
    page, e = job.truth, html.escape
    parts = [f"<header>{e(job.header)}</header>"] if job.header else []
    if page["kicker"]:
        parts.append(f"<p class=kicker>{e(page['kicker'])}</p>")
    parts.append(f"<h1>{e(page['headline'])}</h1>")
    if page["subtitle"]:
        parts.append(f"<h2>——{e(page['subtitle'])}</h2>")
    lead = "".join(f"<p>{e(text)}</p>" for text in page["lead"])
    if lead and job.lead == "top":
        parts.append(f"<div class=lead>{lead}</div>")
    body = []
    if lead and job.lead != "top":
        body.append(f"<aside>{lead}</aside>")
    for number, topic in enumerate(page["topics"]):
        inner = [f"<h4>{job.mark.format(n=NUMERALS[number])}</h4><h3>{e(topic['title'])}</h3>"]
        for interview in topic["interviews"]:
            name = interview["speaker"]["name"]
            if job.portraits and name in page["captions"]:
                source = base64.b64encode(portrait(name)).decode()
                inner.append(
                    f'<figure><img src="data:image/jpeg;base64,{source}"><figcaption>{e(name)}</figcaption></figure>'
                )
            inner += [f"<p>{e(text)}</p>" for text in speech(interview)]
        body.append(f"<section>{''.join(inner)}</section>")
    foot = "".join(f"<div>{e(line)}</div>" for line in credits(page))
    parts.append(f"<main>{''.join(body)}</main><footer>{foot}</footer>")
    css = f"""
      @page {{ size: {job.width}mm {job.height}mm; margin: 14mm }}
      body {{ font: {job.size}pt/1.6 "{job.family}"; margin: 0 }}
      header {{ border-bottom: 1px solid; font-size: {job.size * 0.9}pt }}
      h1 {{ font-size: {job.size * 4.2}pt; line-height: 1.25; text-align: center; margin: 10pt 0 4pt }}
      h2 {{ font-size: {job.size * 2}pt; text-align: center; margin: 0 0 8pt; font-weight: normal }}
      .kicker {{ font-size: {job.size * 1.7}pt; text-align: center; text-indent: 0; margin: 10pt 0 0 }}
      main {{ columns: {job.columns}; column-gap: 18pt; column-fill: balance }}
      p {{ margin: 0 {"" if job.indent else "0 .7em"}; text-indent: {2 if job.indent else 0}em;
           text-align: {"justify" if job.justify else "left"} }}
      h3 {{ font-size: {job.size * 1.6}pt; line-height: 1.3; margin: 2pt 0 6pt; {"column-span: all;" if job.span_titles else ""} }}
      h4 {{ font-size: {job.size * 1.15}pt; margin: 8pt 0 0; {"column-span: all;" if job.span_titles else ""} break-after: avoid }}
      .lead {{ margin: 0 30pt 12pt; font-size: {job.size * 1.1}pt }}
      aside {{ border: 1px solid; padding: 6pt; break-inside: avoid; margin: 6pt 0; font-family: "Noto Sans CJK SC" }}
      figure {{ margin: 4pt 8pt 4pt 0; {job.extra.get("figure", "text-align: center")}; break-inside: avoid }}
      figcaption {{ font-size: {job.size * 0.85}pt; text-align: center }}
      section {{ {"border: 1px solid; padding: 6pt; margin-bottom: 8pt; break-inside: avoid" if job.boxed else ""} }}
      footer {{ margin-top: 10pt; {job.extra.get("footer", "display: flex; gap: 3em")} }}
    """
    return f"<!doctype html><meta charset=utf-8><style>{css}</style>{''.join(parts)}"


def chromium(job, target):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(as_html(job))
        page.pdf(path=target, prefer_css_page_size=True)
        browser.close()


# --- Word, and LibreOffice's PDF of it -------------------------------------------------------------------------------


def as_docx(job):
    """Write a Word file. Columns, frames and East Asian fonts, which python-docx lacks, are raw WordprocessingML."""
    page = job.truth
    document = _docx_paper(job)
    _docx_head(document, job)
    document.add_section(WD_SECTION.CONTINUOUS)
    _docx_topics(document, job)
    columns = document.sections[-1]._sectPr.find(qn("w:cols"))
    columns.set(qn("w:num"), str(job.columns))
    columns.set(qn("w:space"), "360")
    document.add_section(WD_SECTION.CONTINUOUS)._sectPr.find(qn("w:cols")).set(qn("w:num"), "1")
    for line in credits(page):
        _typed(document, line, job.size)
    return document


def _docx_paper(job):
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(job.width), Mm(job.height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(14)
    normal = document.styles["Normal"]
    normal.font.size = Pt(job.size)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(kind), job.family)
    return document


def _docx_head(document, job):
    page = job.truth
    if job.header:
        _typed(document, job.header, job.size * 0.9)
    if page["kicker"]:
        _typed(document, page["kicker"], job.size * 1.7, centred=True)
    _typed(document, page["headline"], job.size * 3.6, centred=True)
    if page["subtitle"]:
        _typed(document, f"——{page['subtitle']}", job.size * 2, centred=True)
    for text in page["lead"]:
        paragraph = _typed(document, text, job.size * 1.1, indent=job.indent)
        if job.lead == "box":
            _frame(paragraph, job)


def _docx_topics(document, job):
    page = job.truth
    for number, topic in enumerate(page["topics"]):
        _typed(document, job.mark.format(n=NUMERALS[number]), job.size * 1.15, next_to=True)
        _typed(document, topic["title"], job.size * 1.6, next_to=True)
        for interview in topic["interviews"]:
            name = interview["speaker"]["name"]
            if job.portraits and name in page["captions"]:
                picture = document.add_paragraph()
                picture.add_run().add_picture(io.BytesIO(portrait(name)), width=Mm(18))
                picture.alignment, picture.paragraph_format.keep_with_next = 1, True
                _typed(document, name, job.size * 0.85, centred=True)
            for text in speech(interview):
                _typed(document, text, job.size, indent=job.indent, justified=job.justify)


def _typed(document, text, size, *, centred=False, indent=False, justified=False, next_to=False):
    paragraph = document.add_paragraph()
    paragraph.add_run(text).font.size = Pt(round(size * 2) / 2)
    form = paragraph.paragraph_format
    form.space_after = form.space_before = Pt(0 if indent or not justified else 4)
    form.keep_with_next = next_to
    if centred:
        form.alignment = 1
    elif justified:
        form.alignment = 3
    if indent:
        form.first_line_indent = Pt(2 * size)
    return paragraph


def _frame(paragraph, job):
    """Put the lead in a bordered frame in the middle of the page, across the columns."""
    properties = paragraph._p.get_or_add_pPr()
    column = (job.width - 28) * 56.7 / job.columns - 240
    place = {
        "w": round(column - 200),
        "hSpace": 60,
        "vSpace": 120,
        "wrap": "around",
        "vAnchor": "page",
        "hAnchor": "page",
    }
    place |= {"x": round(14 * 56.7 + column + 460), "y": round(job.height * 56.7 * 0.36)}
    attributes = " ".join(f'w:{name}="{value}"' for name, value in place.items())
    properties.append(parse_xml(f"<w:framePr {nsdecls('w')} {attributes}/>"))
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="4" w:color="auto"/>' for side in ("top", "left", "bottom", "right")
    )
    properties.append(parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"))


def word(job, target):
    as_docx(job).save(target)


def libreoffice(job, target):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{target.stem}.docx"
        as_docx(job).save(source)
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
        ]
        subprocess.run([*command, source], check=True, capture_output=True)
        target.write_bytes((Path(folder) / f"{target.stem}.pdf").read_bytes())


# --- ReportLab -------------------------------------------------------------------------------------------------------


def reportlab(job, target):
    """Lay out frames at fixed positions, as layout programs do.

    `extra`: `frames` (x, y, width, height as fractions of the page), or columns; `inset`, the frame of the lead.
    """
    page, (width, height) = job.truth, (job.width * MM, job.height * MM)
    font = job.extra.get("font", "STSong-Light")
    if font == "STSong-Light":
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    else:
        pdfmetrics.registerFont(TTFont(font, _truetype(job)))
    canvas = Canvas(str(target), pagesize=(width, height), invariant=1)
    top = _rl_head(canvas, job, font, width, height)
    inset = job.extra.get("inset")
    body = {"fontName": font, "fontSize": job.size, "leading": job.size * 1.55, "wordWrap": "CJK"}
    running = ParagraphStyle(
        "p", **body, firstLineIndent=2 * job.size if job.indent else 0, spaceAfter=0 if job.indent else 5, alignment=4
    )
    title = ParagraphStyle(
        "t", fontName=font, fontSize=job.size * 1.6, leading=job.size * 2.1, wordWrap="CJK", spaceAfter=4
    )
    mark = ParagraphStyle(
        "m", fontName=font, fontSize=job.size * 1.15, leading=job.size * 1.8, spaceBefore=6, keepWithNext=1
    )
    caption = ParagraphStyle(
        "c", fontName=font, fontSize=job.size * 0.85, leading=job.size * 1.3, alignment=1, spaceAfter=4
    )
    if page["lead"]:
        lead = [Paragraph(html.escape(text), running) for text in page["lead"]]
        if inset:
            x, y, w, h = (inset[0] * width, inset[1] * height, inset[2] * width, inset[3] * height)
            canvas.rect(x, y, w, h)
            RLFrame(x, y, w, h, showBoundary=0).addFromList(lead, canvas)
        else:
            used = sum(p.wrap(width - 80, height)[1] for p in lead) + 16
            RLFrame(34, top - used, width - 68, used).addFromList(lead, canvas)
            top -= used + 6
    story = []
    for number, topic in enumerate(page["topics"]):
        story += [Paragraph(job.mark.format(n=NUMERALS[number]), mark), Paragraph(html.escape(topic["title"]), title)]
        for interview in topic["interviews"]:
            name = interview["speaker"]["name"]
            if job.portraits and name in page["captions"]:
                story += [RLImage(io.BytesIO(portrait(name)), 45, 60), Paragraph(html.escape(name), caption)]
            story += [Paragraph(html.escape(text), running) for text in speech(interview)]
    gap, left = 8, 34
    frames = [(x * width, y * height, w * width, h * height) for x, y, w, h in job.extra.get("frames", ())]
    step = (width - 2 * left + gap) / job.columns
    frames = frames or [(left + n * step, 60, step - gap, top - 60) for n in range(job.columns)]
    for x, y, w, h in frames:
        RLFrame(x, y, w, h, leftPadding=4, rightPadding=4).addFromList(story, canvas)
    assert not story, f"{target.stem}: {len(story)} paragraphs too many"
    canvas.setFont(font, job.size)
    for number, line in enumerate(credits(page)):
        canvas.drawString(left + 4, 44 - number * job.size * 1.4, line)
    canvas.save()


def _rl_head(canvas, job, font, width, height):
    page, y = job.truth, height - 40
    canvas.setFont(font, job.size * 0.9)
    canvas.drawString(38, y, job.header)
    canvas.line(34, y - 5, width - 34, y - 5)
    for text, size in (
        (page["kicker"], 1.6),
        (page["headline"], 3.8),
        (page["subtitle"] and f"——{page['subtitle']}", 1.9),
    ):
        if text:
            y -= job.size * size * 1.35
            canvas.setFont(font, job.size * size)
            canvas.drawCentredString(width / 2, y, text)
    return y - 14


def _truetype(job):
    """Subset Noto Sans CJK to the characters of the page, as TrueType outlines, the only ones that ReportLab supports."""
    font = ttLib.TTFont("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", fontNumber=2)
    text = json.dumps(job.truth, ensure_ascii=False) + job.header + job.mark + NUMERALS + "（）：——本版记者通讯员"
    tool = subset.Subsetter(subset.Options(layout_features=[], hinting=False, notdef_outline=True))
    tool.populate(text=text)
    tool.subset(font)
    glyphs, drawn = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, 2.0, reverse_direction=True))
        drawn[name] = pen.glyph()
    outlines = font["glyf"] = ttLib.newTable("glyf")
    outlines.glyphOrder, outlines.glyphs = font.getGlyphOrder(), drawn
    font["loca"] = ttLib.newTable("loca")
    del font["CFF "], font["VORG"]
    most = font["maxp"]
    most.tableVersion = 0x00010000
    for name in (
        "maxZones",
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "maxComponentDepth",
    ):
        setattr(most, name, 1 if name == "maxZones" else 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\0\1\0\0"
    buffer = io.BytesIO()
    font.save(buffer)
    buffer.seek(0)
    return buffer


# --- the pages -------------------------------------------------------------------------------------------------------

SAMPLE = truths.sample()
PAGES = {
    "chromium-1-sample-4": (chromium, Job(SAMPLE, columns=4)),
    "chromium-2-sample-box": (chromium, Job(SAMPLE, columns=3, lead="box", size=10, indent=False)),
    "chromium-3-mixed-2": (chromium, Job(truths.combine("06", "03", "09"), columns=2, size=11, width=210, height=297)),
    "chromium-4-single": (
        chromium,
        Job(
            truths.combine("03", "12"),
            columns=1,
            size=12,
            width=210,
            height=297,
            family="Noto Sans CJK SC",
            justify=False,
        ),
    ),
    "chromium-5-spans": (
        chromium,
        Job(truths.combine("12", "01", "10", "15"), columns=3, span_titles=True, size=8, width=280, height=400),
    ),
    "chromium-6-floats": (
        chromium,
        Job(SAMPLE, columns=3, size=9.5, lead="box", extra={"figure": "float: left", "footer": ""}),
    ),
    "chromium-7-boxed": (
        chromium,
        Job(truths.combine("25", "01", "28", "13"), columns=2, boxed=True, size=9, width=240, height=330),
    ),
    "libreoffice-1-sample-4": (libreoffice, Job(SAMPLE, columns=4, size=9)),
    "libreoffice-2-frame": (libreoffice, Job(SAMPLE, columns=3, size=10, lead="box")),
    "libreoffice-3-mixed-2": (
        libreoffice,
        Job(truths.combine("06", "03", "09"), columns=2, size=11, width=210, height=297, family="Noto Sans CJK SC"),
    ),
    "libreoffice-4-single": (
        libreoffice,
        Job(
            truths.combine("17", "28") | {"captions": []},
            columns=1,
            size=12,
            width=210,
            height=297,
            portraits=False,
            indent=False,
        ),
    ),
    "libreoffice-5-small": (
        libreoffice,
        Job(truths.combine("13", "15", "16", "20"), columns=3, size=7, width=260, height=180, header=""),
    ),
    "reportlab-1-sample-4": (reportlab, Job(SAMPLE, columns=4, size=9.5)),
    "reportlab-2-inset": (
        reportlab,
        Job(
            SAMPLE,
            size=10,
            extra={
                "inset": (0.36, 0.40, 0.28, 0.12),
                "frames": (
                    (0.03, 0.06, 0.31, 0.80),
                    (0.345, 0.54, 0.31, 0.32),
                    (0.345, 0.06, 0.31, 0.32),
                    (0.66, 0.06, 0.31, 0.80),
                ),
            },
        ),
    ),
    "reportlab-3-mixed-2": (
        reportlab,
        Job(
            truths.combine("06", "29", "31") | {"kicker": "美丽晋中系列访谈之三"},
            columns=2,
            size=11,
            width=210,
            height=297,
            indent=False,
        ),
    ),
    "reportlab-4-single": (reportlab, Job(truths.combine("11", "25"), columns=1, size=12, width=210, height=297)),
    "reportlab-5-embedded-3": (
        reportlab,
        Job(truths.combine("12", "01", "18"), columns=3, size=9, width=260, height=200, extra={"font": "NotoSub"}),
    ),
    "word-1-sample": (word, Job(SAMPLE, columns=3)),
    "word-2-mixed": (word, Job(truths.combine("06", "03", "09"), columns=2, size=10.5)),
}
SUFFIX = {word: ".docx"}
LARGE = 120_000  # bytes


def without_outlines(target):
    """Remove the glyph outlines from embedded fonts, keeping widths and encodings, to keep the repository small."""
    import pikepdf  # only needed to print the files again: pip install pikepdf

    with pikepdf.open(target, allow_overwriting_input=True) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary):
                for name in ("/FontFile", "/FontFile2", "/FontFile3"):
                    if name in thing:
                        kept = {
                            key: value for key, value in thing[name].items() if "Length" in key and key != "/Length"
                        }
                        thing[name] = pdf.make_stream(b"", kept)
                for name in thing.get("/CharProcs", {}):
                    thing["/CharProcs"][name] = pdf.make_stream(b"0 0 d0")
        pdf.remove_unreferenced_resources()
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def main(names):
    for name, (press, job) in PAGES.items():
        if not names or any(name.startswith(each) for each in names):
            target = HERE / f"{name}{SUFFIX.get(press, '.pdf')}"
            press(job, target)
            if target.suffix == ".pdf" and target.stat().st_size > LARGE:
                without_outlines(target)
            print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
