"""Build hostile files in memory."""

import io
import zipfile
import zlib

import docx


def pdf(objects, root=1, trailer=b""):
    """Build a PDF of numbered objects (bytes) with its cross-reference table."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places.get(number, 0)
    out += b"trailer <</Size %d /Root %d 0 R %s>>\nstartxref\n%d\n%%%%EOF" % (size, root, trailer, start)
    return bytes(out)


def stream(data, extra=b"", packed=False):
    if packed:
        extra += b"/Filter /FlateDecode "
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (extra, len(data), data)


FONT = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"


def one_page(content, more=None, resources=b"/Font <</F1 5 0 R>>"):
    return pdf(
        {
            1: b"<</Type /Catalog /Pages 2 0 R>>",
            2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            3: b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources <<%s>>>>" % resources,
            4: content,
            5: FONT,
            **(more or {}),
        }
    )


def many_pages(count):
    kids = b" ".join(b"%d 0 R" % n for n in range(6, 6 + count))
    page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>"
    return pdf(
        {
            1: b"<</Type /Catalog /Pages 2 0 R>>",
            2: b"<</Type /Pages /Kids [%s] /Count %d>>" % (kids, count),
            4: stream(b"BT /F1 10 Tf 50 700 Td (page) Tj ET"),
            5: FONT,
            **dict.fromkeys(range(6, 6 + count), page),
        }
    )


def deep_nesting():
    return one_page(stream(b"BT /F1 10 Tf " + b"[" * 500_000 + b"]" * 500_000 + b" TJ ET"))


def inflating(gigabytes=4):
    """Build nested Flate streams: about ten kilobytes that inflate to gigabytes of blanks."""
    packer = zlib.compressobj(9)
    head = packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers back, so the same bytes can be repeated.
    block = packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    once = head + block * (gigabytes * 100) + packer.flush()
    return one_page(stream(zlib.compress(once, 9), b"/Filter [/FlateDecode /FlateDecode] "))


def much_text(letters=1_000_000):
    return one_page(
        stream(zlib.compress(b"BT /F1 1 Tf 5 700 Td " + b"(abcdefghij) Tj " * (letters // 10) + b"ET"), packed=True)
    )


def endless_page_tree():
    return pdf({1: b"<</Type /Catalog /Pages 2 0 R>>", 2: b"<</Type /Pages /Kids [2 0 R 2 0 R] /Count 9>>"})


def endless_forms():
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</A 6 0 R /B 7 0 R>>>> "
    calls = stream(b"/A Do /B Do /A Do /B Do", form)
    return one_page(stream(b"/A Do /B Do"), {6: calls, 7: calls}, b"/XObject <</A 6 0 R /B 7 0 R>>")


def growing_forms(depth=40):
    """Build a PDF in which each form draws the next one ten times."""
    more = {}
    for n in range(6, 6 + depth):
        extra = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</A %d 0 R>>>> " % (n + 1)
        more[n] = stream(b"/A Do " * 10, extra)
    more[6 + depth] = stream(b"0 0 m 9 9 l S", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] ")
    return one_page(stream(b"/A Do"), more, b"/XObject <</A 6 0 R>>")


def endless_loop():
    """Build a PDF with a stream whose length is the stream itself."""
    return one_page(b"<</Length 4 0 R>>\nstream\nBT ET\nendstream")


def locked():
    """Build an encrypted PDF that the empty password does not open: its hashes are invalid."""
    keys = b"/Encrypt <</Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <%s> /U <%s>>> /ID [<00> <00>]" % (
        b"ab" * 32,
        b"cd" * 32,
    )
    return one_page(stream(b"BT ET")).replace(b"trailer <<", b"trailer <<" + keys)


def word(**parts):
    """Build a Word file with replaced parts: `document='…'` is word/document.xml."""
    made = io.BytesIO()
    docx.Document().save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "word/document.xml" and "document" in parts:
                data = parts["document"]
            new.writestr(item.filename, data)
        for _ in range(parts.get("blanks", 0)):
            new.writestr(f"word/media/image{_}.bmp", b"\0" * 50_000_000)
    return out.getvalue()


W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def entities():
    ladder = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return word(
        document=b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">' + ladder + b"]>"
        b"<w:document " + W + b"><w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body></w:document>"
    )


def deep_word():
    inner = b"<w:p/>"
    table = b"<w:tbl><w:tr><w:tc>", b"</w:tc></w:tr></w:tbl>"
    body = table[0] * 60 + inner + table[1] * 60
    return word(document=b"<w:document " + W + b"><w:body>" + body + b"</w:body></w:document>")
