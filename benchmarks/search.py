"""Speed of search against scanning every text, and its recall and precision against a substring search.

    .venv/bin/python -m benchmarks.search [--interviews 20000]                 (on the database of DATABASE_URL)
    .venv/bin/python -m tests.with_postgres .venv/bin/python -m benchmarks.search

Builds interviews from a small grammar in a temporary test database. Ratios are within one run. Fails if anything is
missed or wrongly found, or if rare words are not found five times as fast as by a scan.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinzhong_eco.settings")
PEOPLE = 400
ON_A_PAGE = 4
RUNS = 5
WANTED = 5.0

SUBJECTS = [
    "大气",
    "汾河",
    "森林",
    "湿地",
    "土壤",
    "噪声",
    "候鸟",
    "煤矿",
    "光伏",
    "风电",
    "垃圾",
    "污水",
    "碳汇",
    "农田",
    "景区",
    "古村",
    "水库",
    "机动车",
]
VERBS = [
    "治理",
    "修复",
    "保护",
    "监测",
    "改造",
    "巡查",
    "普查",
    "清运",
    "绿化",
    "整治",
    "调度",
    "养护",
    "关停",
    "补种",
    "公示",
    "督查",
]
PLACES = [
    "榆次",
    "太谷",
    "祁县",
    "平遥",
    "介休",
    "灵石",
    "寿阳",
    "昔阳",
    "和顺",
    "左权",
    "榆社",
    "乌金山",
    "龙城",
    "潇河",
    "麻田",
]
RESULTS = [
    "成效明显",
    "任务完成",
    "进度过半",
    "群众满意",
    "指标好转",
    "数据公开",
    "压力不小",
    "投入增加",
    "机制健全",
    "责任到人",
]


def words(random_: random.Random) -> str:
    clause = [random_.choice(PLACES), random_.choice(SUBJECTS), random_.choice(VERBS), random_.choice(RESULTS)]
    return "".join(clause) + random_.choice(["，", "。", f"达{random_.randint(2, 9999)}亩，"])


def build(count: int) -> None:
    """Insert published rows of editions with empty documents, bypassing the verbs."""
    from django.utils import timezone

    from interviews.models import (
        Edition,
        Feature,
        PublishedFeature,
        PublishedInterview,
        Revision,
        Speaker,
        search_tokens,
    )
    from interviews.models.search_tokens import HEAD
    from interviews.text.folding import fold

    random_ = random.Random(20250312)
    now = timezone.now()
    han = [chr(code) for code in range(0x4E00, 0x5E00)]
    speakers = Speaker.objects.bulk_create(
        Speaker(name="".join(random_.choices(han, k=3)), organisation="市林业局", job_title="科长")
        for _ in range(PEOPLE)
    )
    for page in range(count // ON_A_PAGE):
        feature = Feature.objects.create(headline=f"第{page}期")
        revision = Revision.objects.create(feature=feature, number=1, document="{}", digest="0" * 64, created_at=now)
        edition = Edition.objects.create(
            feature=feature, number=1, revision=revision, published_from=now, created_at=now
        )
        page_columns = {"edition": edition, "feature_id": feature.pk, "date": date(2000 + page % 25, 3, 12)}
        PublishedFeature.objects.create(
            **page_columns, headline=f"第{page}期", searched="", search_key=search_tokens.key_of(edition.pk, HEAD)
        )
        rows = []
        for position in range(ON_A_PAGE):
            speaker = random_.choice(speakers)
            text = "".join(words(random_) for _ in range(40)) + "".join(random_.choices(han, k=20))
            head = fold(f"{random_.choice(SUBJECTS)}之问\n市林业局科长{speaker.name}")
            row = PublishedInterview(
                **page_columns, interview_id=page * ON_A_PAGE + position + 1, topic_id=page + 1, topic_title="问",
                position=position, speaker=speaker, speaker_name=speaker.name, organisation="市林业局",
                job_title="科长", text=text, search_key=search_tokens.key_of(edition.pk, position),
                search_head=len(head), searched=f"{head}\n{fold(text)}",
            )  # fmt: skip
            rows.append(row)
        PublishedInterview.objects.bulk_create(rows)
        search_tokens.write((row.search_key, row.searched) for row in rows)


def milliseconds(do: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        started = perf_counter()
        do()
        times.append((perf_counter() - started) * 1000)
    return median(times)


def asked(texts: list[str]) -> list[tuple[str, str]]:
    """Return queries of one to four characters, common and rare."""
    random_ = random.Random(7)
    rare = random_.choice(texts)[-18:]
    common = ["水", "汾河", "乌金山", "成效明显"]
    return [("common", word) for word in common] + [("rare", rare[:length]) for length in (1, 2, 3, 4)]


def main(count: int) -> bool:
    from django.db import connection
    from django.db.models import Value
    from django.db.models.functions import StrIndex

    from interviews.models import PublishedInterview
    from interviews.search import parse, search
    from interviews.search.searching import matching

    started = perf_counter()
    build(count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{connection.vendor}: {count} interviews written in {perf_counter() - started:.0f} s")
    texts = dict(PublishedInterview.objects.values_list("interview_id", "searched"))
    sound = True
    for kind, word in asked(list(texts.values())):
        truth = {key for key, text in texts.items() if word in text}
        results = search(word)
        found = set(matching(parse(word)).values_list("interview_id", flat=True))
        assert len(found) == results.total
        scan = PublishedInterview.objects.public().annotate(place=StrIndex("searched", Value(word))).filter(place__gt=0)
        quick = milliseconds(lambda word=word: search(word))
        slow = milliseconds(lambda scan=scan: len(scan.values_list("search_key")))
        narrowed = milliseconds(lambda word=word: len(matching(parse(word)).values_list("search_key")))
        last = milliseconds(lambda word=word, results=results: search(word, results.pages))
        recall = len(found & truth) / len(truth) if truth else 1.0
        precision = len(found & truth) / len(found) if found else 1.0
        print(
            f"{kind:>6} {len(word)} characters: {len(truth):6} hits, recall {recall:.3f}, precision {precision:.3f}; "
            f"keys {slow / narrowed:5.1f} times as fast as by a scan, "
            f"the whole answer {quick / slow:5.2f} scans ({quick:.0f} ms); last page {last / quick:4.2f} of the first"
        )
        few = len(truth) < count / 100
        sound &= recall == precision == 1.0 and (not few or slow / narrowed >= WANTED)
    return sound


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--interviews", type=int, default=20_000)
    arguments = parser.parse_args()
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        good = main(arguments.interviews)
    finally:
        teardown_databases(databases, verbosity=0)
    sys.exit(int(not good))
