"""What a window may send."""

import pytest

from interviews.document import forms


def test_what_does_not_fit_is_refused_and_not_cut():
    with pytest.raises(forms.FormError):
        forms.read({"lead": ["段"] * 201})
    assert len(forms.read({"lead": ["段"] * 200}).lead) == 200


def test_half_a_character_is_left_out():
    assert forms.shape({"headline": "头\ud83d题"})["headline"] == "头题"


def test_no_word_of_a_reprint_is_no_reprint():
    assert forms.read({"reprint": {"source": " ", "url": ""}}).reprint is None
    assert forms.read({"reprint": {"url": " https://www.sxrb.com/a "}}).reprint.url == "https://www.sxrb.com/a"


def test_what_is_no_address_is_kept_and_said():
    typing = {"reprint": {"source": "山西日报", "url": "javascript:alert(1)"}}
    assert forms.shape(typing)["reprint"]["url"] == "javascript:alert(1)"
    with pytest.raises(forms.FormError) as refusal:
        forms.read(typing)
    assert [fault.path for fault in refusal.value.faults] == ["reprint.url"]
    assert forms.read_as_far_as_possible(typing).reprint.source == "山西日报"


def test_a_year_beyond_any_calendar_is_a_fault():
    with pytest.raises(forms.FormError):
        forms.read({"issue": {"date": "99999999999-1-1"}})
