"""WordPress exports, written as WordPress 6 writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import RawIOBase
from xml.sax.saxutils import escape

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.9.4" created="2026-03-24 10:39" -->
<rss version="2.0"
\txmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:wp="http://wordpress.org/export/1.2/"
>
<channel>
\t<title>晋中人物</title>
\t<link>https://blog.example.cn</link>
\t<wp:wxr_version>1.2</wp:wxr_version>
\t<wp:author><wp:author_id>2</wp:author_id><wp:author_login><![CDATA[wlf]]></wp:author_login>\
<wp:author_display_name><![CDATA[武玲芳]]></wp:author_display_name></wp:author>
"""
FOOT = "</channel>\n</rss>\n"
BLOCKS = (
    '<!-- wp:heading {"level":2} -->\n<h2 class="wp-block-heading">汾河两岸</h2>\n<!-- /wp:heading -->\n\n'
    '<!-- wp:paragraph -->\n<p style="color:red">水清了，<strong>鸟多了</strong>。<script>alert(1)</script></p>\n'
    "<!-- /wp:paragraph -->"
)


def item(number: int = 1, **changed: str) -> str:
    fields = {
        "title": "汾河水清",
        "guid": f"https://blog.example.cn/?p={number}",
        "content": BLOCKS,
        "excerpt": "",
        "author": "wlf",
        "date": "2024-06-05 16:04:48",
        "status": "publish",
        "kind": "post",
        "category": "水",
        **changed,
    }
    return f"""\t<item>
\t\t<title><![CDATA[{fields["title"]}]]></title>
\t\t<dc:creator><![CDATA[{fields["author"]}]]></dc:creator>
\t\t<guid isPermaLink="false">{escape(fields["guid"])}</guid>
\t\t<content:encoded><![CDATA[{fields["content"]}]]></content:encoded>
\t\t<excerpt:encoded><![CDATA[{fields["excerpt"]}]]></excerpt:encoded>
\t\t<wp:post_id>{number}</wp:post_id>
\t\t<wp:post_date><![CDATA[{fields["date"]}]]></wp:post_date>
\t\t<wp:status><![CDATA[{fields["status"]}]]></wp:status>
\t\t<wp:post_type><![CDATA[{fields["kind"]}]]></wp:post_type>
\t\t<category domain="category" nicename="water"><![CDATA[{fields["category"]}]]></category>
\t\t<category domain="post_tag" nicename="fenhe"><![CDATA[汾河]]></category>
\t\t<wp:comment><wp:comment_author><![CDATA[读者]]></wp:comment_author></wp:comment>
\t</item>
"""


def export(*items: str) -> bytes:
    return (HEAD + "".join(items) + FOOT).encode()


class Streamed(RawIOBase):
    """An export that is made while it is read."""

    def __init__(self, items: Iterable[str]):
        self._pieces = self._all(items)
        self._rest = b""

    def _all(self, items: Iterable[str]) -> Iterator[bytes]:
        yield HEAD.encode()
        for each in items:
            yield each.encode()
        yield FOOT.encode()

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        given, self._rest = self._rest[:size], self._rest[size:]
        return given
