"""Text files are decoded, or refused with one sentence."""

import pytest

from interviews.pagetext import UnreadablePageError, read_bytes

from .readings import sample


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk"])
def test_decodes_encodings(encoding):
    text = sample().replace("₃", "3").replace("₂", "2")
    assert read_bytes(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf\n\n", "空的"),
        ("　\r\n".encode(), "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04...", "docx"),
        (b"\x89PNG\r\n", "图片"),
        (bytes(range(256)) * 20, "不"),
        ("绿水".encode("utf-16-le") * 50 + b"\0\0", "不"),
        (b"\xff\xfe\x00\xd8\x41", "损坏"),
        (b"a" * 5_000_001, "上限"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_refuses_other_files_with_one_sentence(data, sentence):
    with pytest.raises(UnreadablePageError, match=sentence) as caught:
        read_bytes(data)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).endswith("。")


def test_refuses_damaged_utf8_instead_of_decoding_gb18030():
    damaged = sample().encode()[:-3] + b"\xe8\xae\xff"
    with pytest.raises(UnreadablePageError, match="损坏"):
        read_bytes(damaged)
