"""Pages that the tests publish: several features with several of everything."""

from __future__ import annotations

from interviews import document as d
from tests.builders import a_credit, a_document, a_speaker, a_topic, an_interview, published
from tests.cast import Cast

SPEAKERS = ["赵一鸣", "钱多", "孙立人", "李思", "周文", "吴越", "郑和", "王晓红", "冯远", "陈静"]


def a_full_document(number: int = 1, **fields) -> d.FeatureDocument:
    """Two topics; the second with two speakers, one of them with two reporters."""
    speakers = [a_speaker(SPEAKERS[(number + place) % 10], f"和顺县林业局{number}", "局长") for place in range(3)]
    first = an_interview(speaker=speakers[0])
    second = an_interview(speaker=speakers[1], credits=(a_credit("记者", "李娟", "史俊杰"), a_credit("通讯员", "王明")))
    third = an_interview(speaker=speakers[2])
    date = f"{2020 + number % 5}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    defaults = {
        "headline": f"太行深处绿意浓\u3000第{number}期",
        "issue": d.Issue(date=date, page=3, page_name="专版"),
        "topics": (a_topic(f"林海听涛{number}", first), a_topic(f"清水长流{number}", second, third)),
        "subjects": (d.Subject(name="林草"), d.Subject(name="水")) if number % 2 else (d.Subject(name="大气"),),
        "credits": (a_credit("策划", "路丽华"), a_credit("摄影", "程婧")),
    }
    return a_document(**{**defaults, **fields})


def publish_many(cast: Cast, count: int) -> None:
    for number in range(1, count + 1):
        published(cast, a_full_document(number))
