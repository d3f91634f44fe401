"""Our own style sheets and the one script that goes before the first paint, put into the page itself.

So a page is whole after one answer: on a slow line the first picture of it comes a round trip earlier. The policy names
each by its hash (CSP 3, 2.3.1), so nothing else that is inline is taken.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

# A folder of the project, not what collectstatic made of it: the pages must be whole before that, too.
STATIC = Path(settings.BASE_DIR, "static")
SCRIPT = "js/comfort.js"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,]) ?")
_FILE = re.compile(r'url\("\.\./([\w./-]+)"\)')


def styles() -> list[str]:
    """Every style sheet of the readers' site that goes into a page: all but the print's, which nothing waits for."""
    return sorted(f"css/{path.name}" for path in (STATIC / "css").glob("*.css") if path.name != "print.css")


def element(name: str) -> SafeString:
    """A style or script element that holds the file."""
    tag = "script" if name.endswith(".js") else "style"
    return mark_safe(f"<{tag}>{_text(name)}</{tag}>")


def policy(policy: dict[str, list[str]]) -> dict[str, list[str]]:
    """A Content-Security-Policy that takes them."""
    added = {"script-src": [_source(SCRIPT)], "style-src": list(map(_source, styles()))}
    return policy | {
        directive: [*policy.get(directive, policy["default-src"]), *sources]
        for directive, sources in added.items()
        # Beside a hash, browsers take no other inline styles.
        if "'unsafe-inline'" not in policy.get(directive, [])
    }


def _source(name: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(_text(name).encode()).digest()).decode()}'"


def _text(name: str) -> str:
    return _read(name) if not settings.DEBUG else _read.__wrapped__(name)


@lru_cache
def _read(name: str) -> str:
    text = (STATIC / name).read_text(encoding="utf-8")
    return text.strip() if name.endswith(".js") else _squeezed(text)


def _squeezed(text: str) -> str:
    """Without comments and the spaces that mean nothing. Quoted text in our sheets holds no such spaces."""
    text = _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", text)))
    return _FILE.sub(lambda found: f'url("{_address(found[1])}")', text).strip()


def _address(name: str) -> str:
    try:
        return static(name)
    except ValueError:  # before collectstatic has made its manifest: the page that says so must be answered, too
        return settings.STATIC_URL + name
