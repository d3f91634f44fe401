from types import SimpleNamespace

from interviews.public.jinja import runs


def test_runs_keep_their_order():
    rows = [SimpleNamespace(page=SimpleNamespace(year=year)) for year in (2025, 2025, 2024, 2025)]
    assert [(year, len(group)) for year, group in runs(rows, "page.year")] == [(2025, 2), (2024, 1), (2025, 1)]
    assert runs([], "page.year") == []
