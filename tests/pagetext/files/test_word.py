"""Word files are read in order, with revisions accepted and without external links."""

import io

import docx
import pytest
from docx.oxml import parse_xml
from PIL import Image

from interviews.pagetext import Label
from interviews.pagetext.files.docx import read_docx

from . import bombs, presses

TEXTBOX = """<w:p><w:r><w:t>前</w:t></w:r><w:r><mc:AlternateContent
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="wps"><w:drawing>
 <wps:txbx xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:txbxContent>
 <w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>
 <v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p>
 </w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"""


def lines(body):
    document = f"<w:document {bombs.W.decode()}><w:body>{body}</w:body></w:document>"
    source = read_docx(bombs.word(document=document.encode()))
    return [line for line in source.text.splitlines() if line], source


def run(text):
    return f"<w:r><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p>" + run("甲") + "<w:ins>" + run("乙") + "</w:ins></w:p>", ["甲乙"]),
        ("<w:p>" + run("甲") + "<w:moveTo>" + run("乙") + "</w:moveTo></w:p>", ["甲乙"]),
        ("<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>", ["甲", "乙"]),
        (
            "<w:tbl><w:tr><w:tc><w:p>"
            + run("甲")
            + "</w:p></w:tc><w:tc><w:p>"
            + run("乙")
            + "</w:p></w:tc></w:tr></w:tbl>",
            ["甲", "乙"],
        ),
        ("<w:sdt><w:sdtContent><w:p>" + run("甲") + "</w:p></w:sdtContent></w:sdt>", ["甲"]),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>" + run("甲") + "</w:p>", ["甲"]),
        (TEXTBOX, ["前", "框"]),
    ],
    ids=["inserted", "moved here", "soft break", "table", "content control", "hidden", "text box once"],
)
def test_reads_the_accepted_text(body, text):
    assert lines(body)[0] == text


def test_skips_deleted_text_with_a_note():
    found, source = lines("<w:p>" + run("甲") + "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>")
    assert found == ["甲"]
    assert source.notes == ("有 1 处修订已删去的文字，没有读。",)


def test_labels_lines_by_style():
    document = docx.Document()
    document.add_paragraph("让更多的水清起来", style="Title")
    document.add_paragraph("水利访谈", style="Subtitle")
    document.add_paragraph("话题一：水")
    document.add_picture(io.BytesIO(presses.portrait("王强")))
    document.add_paragraph("王强", style="Caption")
    buffer = io.BytesIO()
    document.save(buffer)
    source = read_docx(buffer.getvalue())
    assert list(source.labels.values()) == [Label.HEADLINE, Label.SUBTITLE, Label.CAPTION]
    assert [picture.caption for picture in source.pictures] == ["王强"]
    assert source.reasons.keys() == source.labels.keys()


def test_ignores_linked_pictures():
    document = docx.Document()
    paragraph = document.add_paragraph("甲")
    link = document.part.relate_to(
        "http://127.0.0.1:9/x.png", docx.opc.constants.RELATIONSHIP_TYPE.IMAGE, is_external=True
    )
    drawing = (
        '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:drawing>'
        '<a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r='
        f'"http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="{link}" r:embed="{link}"/></w:drawing></w:r>'
    )
    paragraph._p.append(parse_xml(drawing))
    buffer = io.BytesIO()
    document.save(buffer)
    source = read_docx(buffer.getvalue())
    assert (source.text, source.pictures) == ("甲\n", ())


def test_notes_unreadable_drawings():
    document = docx.Document()
    document.add_paragraph("甲")
    buffer = io.BytesIO()
    Image.new("RGB", (60, 60)).save(buffer, "PNG")
    shape = document.add_picture(buffer)
    name = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
    document.part.related_parts[name]._blob = b"\x01\0\0\0 EMF"
    buffer = io.BytesIO()
    document.save(buffer)
    source = read_docx(buffer.getvalue())
    assert source.pictures == ()
    assert source.notes == ("有 1 张图的编码读不了，没有取出来，请另行上传。",)
