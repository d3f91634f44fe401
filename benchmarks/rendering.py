"""CPU time of rendering readers' pages, and its share of the whole response; the ratio is what counts.

On a new SQLite database with the sample page and 30 others. The response is the test client's, queries included. Each
figure is the least of many runs, so that other processes hardly matter.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from unittest import mock

from . import new_site

RUNS = 60


def main() -> None:
    with new_site():
        measure()


def measure() -> None:
    from django.test import Client

    client = Client()
    print(f"{'':22}{'rendering':>12}{'response':>12}{'share':>8}{'bytes':>9}")
    for name, address in pages().items():
        again = rendering_of(client, address)
        rendering, response = least(again), least(lambda address=address: client.get(address))
        size = len(again().encode())
        print(f"{name:22}{rendering:9.2f} ms{response:9.2f} ms{rendering / response:8.0%}{size:9,}")


def pages() -> dict[str, str]:
    """Publish the site; return the addresses to measure."""
    from interviews.pagetext import parse
    from tests.builders import SAMPLE, published
    from tests.cast import make_cast
    from tests.public.pages import publish_many

    cast = make_cast()
    publish_many(cast, 30)
    sample = published(cast, parse(SAMPLE.read_text(encoding="utf-8")).document).feature_id
    return {
        "feature (7 topics)": f"/features/{sample}/",
        "the same, light": f"/features/{sample}/?lite=1",
        "front": "/",
        "features": "/features/",
        "topics": "/topics/",
        "feed of features": "/feeds/features.atom",
        "sitemap of topics": "/sitemaps/topics-1.xml",
    }


def rendering_of(client, address: str) -> Callable[[], str]:
    """Return a function that renders the page again from the same context, whose queries have been run."""
    from django.template.backends.jinja2 import Template

    calls = []
    render = Template.render

    def noted(template, context=None, request=None):
        calls.append((template, dict(context), request))
        return render(template, context, request)

    with mock.patch.object(Template, "render", noted):
        assert client.get(address).status_code == 200
    [(template, context, request)] = calls
    return lambda: render(template, dict(context), request)


def least(act: Callable[[], object]) -> float:
    """Return the least milliseconds of CPU that `act` takes."""
    times = []
    for _ in range(RUNS):
        begin = time.process_time()
        act()
        times.append(time.process_time() - begin)
    return min(times) * 1000


if __name__ == "__main__":
    main()
