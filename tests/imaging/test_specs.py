import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.imaging import CARD, FULL, PORTRAIT, SPECS, SQUARE, crop_box, sizes

side = st.integers(1, 20_000)
part = st.floats(0, 1)


@given(side, side, st.sampled_from(list(SPECS.values())), st.none() | st.tuples(part, part))
def test_crop_box_is_within_the_picture_and_contains_the_focal_point(width, height, spec, focal):
    left, top, right, bottom = crop_box(width, height, spec, focal)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    x, y = focal or spec.place
    assert left - 1 <= x * width <= right + 1
    assert top - 1 <= y * height <= bottom + 1


@given(st.integers(200, 20_000), st.integers(200, 20_000), st.sampled_from([PORTRAIT, SQUARE, CARD]))
def test_crop_box_has_the_ratio_and_one_full_side(width, height, spec):
    left, top, right, bottom = crop_box(width, height, spec)
    across, down = spec.ratio
    assert abs((right - left) * down - (bottom - top) * across) <= max(across, down)
    assert right - left == width or bottom - top == height


def test_crop_box_puts_the_focal_point_at_its_place():
    left, top, right, bottom = crop_box(4000, 3000, PORTRAIT, (0.6, 0.4))
    assert (left + right) / 2 == pytest.approx(2400, abs=1)
    left, top, right, bottom = crop_box(3000, 9000, PORTRAIT, (0.5, 0.5))
    assert top + 0.38 * (bottom - top) == pytest.approx(4500, abs=1)


def test_default_focal_point_keeps_heads():
    _, top, _, bottom = crop_box(3000, 6000, PORTRAIT)
    assert top < 6000 - bottom


def test_full_spec_does_not_crop():
    assert crop_box(4000, 1000, FULL, (0.9, 0.9)) == (0, 0, 4000, 1000)


def test_sizes_are_never_larger_than_the_crop():
    assert sizes(4000, 3000, FULL) == [(1920, 1440), (1280, 960), (960, 720), (640, 480), (320, 240)]
    assert sizes(1000, 750, FULL) == [(1000, 750), (960, 720), (640, 480), (320, 240)]
    assert sizes(100, 75, FULL) == [(100, 75)]
    assert sizes(1920, 1, FULL)[-1] == (320, 1)


@given(side, side, st.sampled_from(list(SPECS.values())))
def test_sizes_have_distinct_widths(width, height, spec):
    widths = [across for across, _ in sizes(width, height, spec)]
    assert widths
    assert len(widths) == len(set(widths))


def test_sizes_of_a_very_narrow_picture():
    assert sizes(12, 9000, FULL) == [(3, 1920), (2, 1280), (1, 960)]
