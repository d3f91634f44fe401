"""A file of a page, PDF, Word or text, as text with what its typography says. Pure: no Django, no paths.

source = read_file(data)
reading = parse(source.text, labels=source.labels)
source.pictures, source.notes, source.reasons
"""

from interviews.pagetext.decoding import UnreadablePageError, read_bytes

from .geometry import PageSource, Picture
from .sandbox import read as _in_a_child

__all__ = ["SIZE_LIMIT", "PageSource", "Picture", "UnreadablePageError", "read_file"]

SIZE_LIMIT = 50_000_000  # bytes of a PDF or Word file; text: decoding.SIZE_LIMIT
_PDF_WITHIN = 1024  # the mark of a PDF may stand behind some bytes of a mail or a proxy (ISO 32000-1, annex H)


def read_file(data: bytes) -> PageSource:
    """Read a page by what the file holds, whatever its name.

    Raises UnreadablePageError, with a sentence for an editor, for everything that is no page: scans, locked and broken
    files, bombs, binaries. Takes at most about ten seconds of CPU and 320 MB, in a process of its own.
    """
    packed = data.startswith(b"PK\x03\x04")
    if not packed and b"%PDF-" not in data[:_PDF_WITHIN]:
        return PageSource(read_bytes(data))
    if len(data) > SIZE_LIMIT:
        raise UnreadablePageError(f"文件有 {len(data) / 1e6:.1f} MB，超过了 {SIZE_LIMIT / 1e6:g} MB 的上限。")
    return _in_a_child(data)
