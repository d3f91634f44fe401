"""Extract a page's text, labels and pictures from a PDF, Word or text file. No Django, no paths.

source = read_file(data)
reading = parse(source.text, labels=source.labels)
source.pictures, source.notes, source.reasons
"""

from interviews.pagetext.decoding import UnreadablePageError, read_bytes

from .geometry import PageSource, Picture
from .sandbox import read as read_in_sandbox

__all__ = ["SIZE_LIMIT", "PageSource", "Picture", "UnreadablePageError", "read_file"]

SIZE_LIMIT = 50_000_000  # bytes of a PDF or Word file; for text files see decoding.SIZE_LIMIT
_PDF_WITHIN = 1024  # the PDF header may follow other bytes within this many (ISO 32000-1, annex H.3)


def read_file(data: bytes) -> PageSource:
    """Read a page, detecting the format from the content.

    PDF and Word files are read in a child process with limits of ten seconds of CPU and 320 MB. Raises
    UnreadablePageError, with a sentence for the editor, for scans, encrypted or broken files, bombs and binaries.
    """
    packed = data.startswith(b"PK\x03\x04")
    if not packed and b"%PDF-" not in data[:_PDF_WITHIN]:
        return PageSource(read_bytes(data))
    if len(data) > SIZE_LIMIT:
        raise UnreadablePageError(f"文件有 {len(data) / 1e6:.1f} MB，超过了 {SIZE_LIMIT / 1e6:g} MB 的上限。")
    return read_in_sandbox(data)
