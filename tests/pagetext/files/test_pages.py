"""Pages printed to files read as their originals, with every letter accounted for."""

import unicodedata

import pytest

from interviews.pagetext import parse
from interviews.pagetext.files.docx import read_docx
from interviews.pagetext.files.pdf import read_pdf
from tests.pagetext.readings import as_read, nfkc

from . import bombs, presses, truths

PAGES = presses.PAGES
SHARE = 0.95
READ = {}


def file_of(name):
    return presses.HERE / f"{name}{presses.SUFFIX.get(PAGES[name][0], '.pdf')}"


def source_of(name):
    """Read a file in this process; its child process is tested with hostile files."""
    if name not in READ:
        file = file_of(name)
        READ[name] = (read_pdf if file.suffix == ".pdf" else read_docx)(file.read_bytes())
    return READ[name]


def field_counts(name):
    source = source_of(name)
    document = parse(source.text, labels=source.labels).document
    return truths.count_correct(PAGES[name][1].truth, as_read(document) | nfkc({"kicker": document.kicker}))


@pytest.mark.parametrize("name", PAGES)
def test_every_letter_is_accounted_for(name):
    source = source_of(name)
    balance = parse(source.text, labels=source.labels).balance
    assert balance.source == sum(map(str.isalnum, unicodedata.normalize("NFC", source.text)))
    assert balance.source == balance.placed + balance.unplaced
    job = PAGES[name][1]
    printed = sum(len(text) for interview in _interviews(job.truth) for text in presses.speech(interview))
    assert balance.source > 0.75 * printed


def _interviews(truth):
    return [interview for topic in truth["topics"] for interview in topic["interviews"]]


@pytest.mark.parametrize("tool", ["chromium", "libreoffice", "reportlab", "word"])
def test_reads_nearly_all_fields_correctly(tool):
    figures = {name: field_counts(name) for name in PAGES if name.startswith(tool)}
    correct, total = sum(f[0] for f in figures.values()), sum(f[1] for f in figures.values())
    wrong = {name: list(f[2]) for name, f in figures.items() if f[2]}
    print(f"{tool}: {correct} of {total} fields right; not: {wrong}")
    assert correct >= SHARE * total, wrong


@pytest.mark.parametrize(
    "name", ["chromium-1-sample-4", "libreoffice-1-sample-4", "reportlab-2-inset", "word-1-sample"]
)
def test_extracts_pictures_with_captions(name):
    pictures = source_of(name).pictures
    assert [p.caption for p in pictures] == [i["speaker"]["name"] for i in _interviews(PAGES[name][1].truth)]
    assert {(p.media_type, p.width, p.height, p.page) for p in pictures} == {("image/jpeg", 60, 80, 1)}
    assert all(p.data.startswith(b"\xff\xd8") for p in pictures)


def test_every_label_has_a_reason():
    source = source_of("reportlab-2-inset")
    assert source.labels.keys() == source.reasons.keys()
    assert {"headline", "subtitle", "lead", "caption"} <= set(source.labels.values())


def test_notes_several_pages():
    assert source_of("chromium-4-single").notes == ("文件有 2 页，按先后次序都读了。",)


def test_counts_unsupported_pictures():
    size = b"/Subtype /Image /Width %d /Height 80 /BitsPerComponent 8 "
    images = {
        6: bombs.stream(bytes(60 * 80 * 4), size % 60 + b"/ColorSpace /DeviceCMYK "),
        7: bombs.stream(bytes(60 * 80), size % 60 + b"/ColorSpace [/Indexed /DeviceRGB 0 <000000>] "),
        8: bombs.stream(bytes(60 * 80), size % 60 + b"/ColorSpace /DeviceGray "),
        9: bombs.stream(bytes(20 * 80 * 4), size % 20 + b"/ColorSpace /DeviceCMYK "),  # an ornament
    }
    content = bombs.stream(b"BT /F1 10 Tf 50 700 Td (interviews of today) Tj ET /A Do /B Do /C Do /D Do")
    resources = b"/Font <</F1 5 0 R>> /XObject <</A 6 0 R /B 7 0 R /C 8 0 R /D 9 0 R>>"
    source = read_pdf(bombs.one_page(content, images, resources))
    assert source.notes == ("有 2 张图的编码读不了，没有取出来，请另行上传。",)
    assert len(source.pictures) == 1
