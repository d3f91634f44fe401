import tracemalloc
from io import BytesIO

import pytest

from interviews.pagetext import UnreadablePageError
from interviews.pagetext.wxr import document_of, posts

from .wordpress import HEAD, Streamed, export, item


def read(*items):
    return list(posts(BytesIO(export(*items))))


def document(subjects=(), **changed):
    (post,) = read(item(**changed))
    return document_of(post, set(subjects))


def test_post_becomes_a_page_of_one_topic():
    page = document(subjects={"水", "汾河"})
    (topic,) = page.topics
    assert (page.headline, topic.title, page.issue.date) == ("汾河水清", "汾河水清", "2024-06-05")
    assert topic.interviews[0].body == "<h3>汾河两岸</h3><p>水清了，<strong>鸟多了</strong>。</p>"
    assert [credit.contributors[0].name for credit in topic.interviews[0].credits] == ["武玲芳"]
    assert [subject.name for subject in page.subjects] == ["水"]


def test_blank_lines_of_the_old_editor_are_paragraphs():
    body = document(content="第一段\n接着写\n\n第二段").topics[0].interviews[0].body
    assert body == "<p>第一段<br>接着写</p><p>第二段</p>"


def test_excerpt_is_the_lead_unless_the_text_begins_with_it():
    assert document(excerpt="一句话。").lead == ("一句话。",)
    assert document(excerpt="一句话。", content="<p>一句话。</p><p>正文。</p>").lead == ()


@pytest.mark.parametrize("date", ["0000-00-00 00:00:00", "", "2024-13-01"])
def test_no_date(date):
    assert document(date=date).issue.date is None


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_older_versions(version):
    text = export(item()).decode().replace("export/1.2/", f"export/{version}/")
    assert [post.author for post in posts(BytesIO(text.encode()))] == ["武玲芳"]


def test_what_is_an_article():
    items = [item(kind="attachment"), item(status="trash"), item(status="draft"), item()]
    assert [post.is_article for post in read(*items)] == [False, False, True, True]


class TestUnsoundFiles:
    def refusal(self, text: str) -> str:
        with pytest.raises(UnreadablePageError) as refusal:
            list(posts(BytesIO(text.encode())))
        return str(refusal.value)

    def test_entities_are_not_expanded(self):
        bomb = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
        assert "DTD" in self.refusal(export(item()).decode().replace("?>\n", f"?>\n{bomb}\n", 1))

    def test_feed_is_no_export(self):
        assert "WXR" in self.refusal("<rss><channel><item><title>一</title></item></channel></rss>")

    @pytest.mark.parametrize("text", ["", "不是 XML", "<rss>"])
    def test_no_xml(self, text):
        assert "XML" in self.refusal(text)

    def test_items_before_the_damage_are_read(self):
        found = []
        with pytest.raises(UnreadablePageError):
            found.extend(post.title for post in posts(BytesIO((HEAD + item() + item()[:200]).encode())))
        reader = posts(BytesIO((HEAD + item() + item()[:200]).encode()))
        assert next(reader).title == "汾河水清"


def peak(count: int) -> int:
    tracemalloc.start()
    try:
        assert sum(1 for _ in posts(Streamed(item(number) for number in range(count)))) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file():
    assert peak(2_000) < peak(200) + 200_000


@pytest.mark.slow
def test_ten_thousand_posts_take_the_memory_of_few():
    assert peak(10_000) < 2_000_000
