"""What a process remembers between requests, and when it forgets."""

from __future__ import annotations

from interviews.public import memory
from interviews.public.memory import Memory


def squares(asked):
    def load(keys):
        asked.append(keys)
        return {key: key * key for key in keys if key != 3}

    return load


def test_loads_only_what_is_missing():
    kept, asked = Memory(), []
    assert kept.fill("squares", [1, 2], squares(asked), ["lists"]) == {1: 1, 2: 4}
    assert kept.fill("squares", [2, 4], squares(asked), ["lists"]) == {2: 4, 4: 16}
    assert asked == [[1, 2], [4]]


def test_keys_without_a_value_are_asked_again():
    kept, asked = Memory(), []
    assert kept.fill("squares", [3], squares(asked), ["lists"]) == {}
    assert kept.fill("squares", [3], squares(asked), ["lists"]) == {}
    assert asked == [[3], [3]]


def test_forgets_by_tag():
    kept, asked = Memory(), []
    kept.fill("squares", [1], squares(asked), ["lists", "subjects"])
    kept.fill("others", [1], squares(asked), ["roles"])
    kept.outdate(["subjects", "photos"])
    kept.fill("squares", [1], squares(asked), ["lists", "subjects"])
    kept.fill("others", [1], squares(asked), ["roles"])
    assert asked == [[1], [1], [1]]
    kept.outdate(["*"])
    kept.fill("others", [1], squares(asked), ["roles"])
    assert len(asked) == 4


def test_what_became_outdated_while_it_was_loaded_is_not_remembered():
    kept, asked = Memory(), []

    def load(keys):
        kept.outdate(["roles"])
        return squares(asked)(keys)

    assert kept.fill("squares", [1], load, ["lists"]) == {1: 1}
    kept.fill("squares", [1], squares(asked), ["lists"])
    assert asked == [[1], [1]]


def test_is_bounded(monkeypatch):
    monkeypatch.setattr(memory, "MOST", 3)
    kept, asked = Memory(), []
    for key in range(4, 14):
        kept.fill("squares", [key], squares(asked), ["lists"])
    assert len(kept._values["squares"]) <= 3 + 1
