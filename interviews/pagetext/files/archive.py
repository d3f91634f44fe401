"""Check that a zip is a harmless Word file. Sizes are added up from the directory before anything is decompressed."""

from __future__ import annotations

import io
import zipfile

from interviews.pagetext.decoding import UnreadablePageError

MAX_PARTS = 2_000
MAX_BYTES = 80_000_000  # decompressed
MAX_XML_BYTES = 16_000_000  # bytes of XML; parsed trees take several times as much
_XML = (".xml", ".rels", ".vml")


def check(data: bytes) -> None:
    """Raise UnreadablePageError for bombs, XML with a DOCTYPE, encrypted files, and zips other than Word files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError, OSError) as error:
        if isinstance(error, UnreadablePageError):
            raise
        raise UnreadablePageError("这份 Word 文件已经损坏，打不开。") from error


def _check(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("word/") for name in names):
        raise UnreadablePageError("这是压缩包，不是 Word（docx）文件：请先解压，再选其中的版面。")
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadablePageError("这份 Word 文件加了密码：请先去掉密码再导入。")
    written = [part for part in parts if part.filename.lower().endswith(_XML)]
    size, text = sum(part.file_size for part in parts), sum(part.file_size for part in written)
    if len(parts) > MAX_PARTS or size > MAX_BYTES or text > MAX_XML_BYTES:
        raise UnreadablePageError("这份 Word 文件展开后太大，不像一个版面：请只保留访谈那一版。")
    for part in written:
        # zipfile never reads more than the size stated in the directory.
        if b"<!DOCTYPE" in archive.read(part).replace(b"\0", b""):
            raise UnreadablePageError("这份 Word 文件里有不该有的内容（XML 文档类型声明），没有打开。")
