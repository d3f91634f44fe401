import pytest

from interviews.pagetext import imprint


@pytest.mark.parametrize(
    ("furniture", "date", "page"),
    [
        (["晋中日报　2025年3月12日　星期三　第3版"], "2025-03-12", 3),
        (["２０２５年３月１２日", "０３版"], "2025-03-12", 3),
        (["2025.3.12 A 12版"], "2025-03-12", 12),
        (["2025-03-12"], "2025-03-12", None),
        (["责编：王明", "第 12 版 专题"], None, 12),
        (["2025年2月30日 2025年3月1日"], "2025-03-01", None),
        (["12月3日", "5版次", "第0版", "2025年版", "3版本"], None, None),
        ([], None, None),
    ],
)
def test_reads_date_and_page_from_furniture(furniture, date, page):
    issue = imprint(furniture)
    assert (issue.date, issue.page) == (date, page)
