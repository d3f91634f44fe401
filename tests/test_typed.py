"""What a window may send."""

import pytest

from interviews import typed


def test_what_does_not_fit_is_refused_and_not_cut():
    with pytest.raises(typed.Faulty):
        typed.read({"lead": ["段"] * 201})
    assert len(typed.read({"lead": ["段"] * 200}).lead) == 200


def test_half_a_character_is_left_out():
    assert typed.shape({"headline": "头\ud83d题"})["headline"] == "头题"


def test_a_year_beyond_any_calendar_is_a_fault():
    with pytest.raises(typed.Faulty):
        typed.read({"issue": {"date": "99999999999-1-1"}})
