"""The editor screen with 20 topics of 2 speakers, against one topic of one: open, autosave, save, proofread; queries.

Times are server-side only, by the test client, on a new SQLite database; the ratio is what counts.
"""

from __future__ import annotations

import json
import statistics
import time

from . import new_site


def main() -> None:
    with new_site():
        measure()


def measure() -> None:
    from django.test import Client

    from tests.cast import make_cast

    cast = make_cast()
    client = Client()
    client.force_login(cast.reporter)
    small, large = a_feature(cast, 1, 1), a_feature(cast, 20, 2)
    print(f"{'':8}{'1 × 1':>22}{'20 × 2':>24}{'ratio':>8}")
    for name, act in (("open", opened), ("keep", kept), ("save", saved), ("proof", proofread)):
        (a, a_queries), (b, b_queries) = (timed(act, client, feature) for feature in (small, large))
        print(f"{name:8}{a * 1000:9.1f} ms {a_queries:3} queries {b * 1000:9.1f} ms {b_queries:3} queries {b / a:7.1f}")
    size = len(client.get(f"/admin/interviews/feature/{large.pk}/change/").content)
    print(f"the page of 20 × 2: {size / 1024:.0f} KB before compression")


def a_feature(cast, topics: int, speakers: int):
    from tests.builders import SAMPLE, a_document, a_draft, a_speaker, a_topic, an_interview

    text = SAMPLE.read_text(encoding="utf-8")
    pages = []
    for number in range(topics):
        interviews = []
        for place in range(speakers):
            start = (number * speakers + place) * 37 % 1500
            body = "".join(f"<p>{line.strip()}</p>" for line in text[start : start + 500].splitlines() if line.strip())
            interviews.append(an_interview(body, speaker=a_speaker(f"受访者{number}之{place}")))
        pages.append(a_topic(f"第{number}个话题", *interviews))
    return a_draft(cast, a_document(topics=tuple(pages)))


def timed(act, client, feature, repeats: int = 9) -> tuple[float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act(client, feature, 0)
    with CaptureQueriesContext(connection) as queries:
        act(client, feature, 1)
        asked = len(queries)
    times = []
    for number in range(repeats):
        begin = time.perf_counter()
        act(client, feature, number + 2)
        times.append(time.perf_counter() - begin)
    return statistics.median(times), asked


def opened(client, feature, number: int) -> None:
    assert client.get(f"/admin/interviews/feature/{feature.pk}/change/").status_code == 200


def kept(client, feature, number: int) -> None:
    assert send(client, feature, "keep", changed(feature, number)).status_code == 200


def saved(client, feature, number: int) -> None:
    assert send(client, feature, "save", changed(feature, number)).json()["changed"]


def proofread(client, feature, number: int) -> None:
    assert send(client, feature, "read", changed(feature, number)).status_code == 200


def changed(feature, number: int) -> dict:
    from interviews.drafting import freeze

    page = freeze(feature).to_data()
    page["topics"][-1]["interviews"][-1]["body"] += f"<p>第{time.monotonic_ns()}次改动{number}。</p>"
    return page


def send(client, feature, name: str, content: dict):
    from interviews.workflow import latest_revision

    data = {"window": "benchmark", "base": latest_revision(feature).number, "content": content}
    url = f"/admin/interviews/feature/{feature.pk}/{name}/"
    return client.post(url, json.dumps(data), content_type="application/json")


if __name__ == "__main__":
    main()
