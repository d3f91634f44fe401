from __future__ import annotations

from interviews.errors import RefusedError

from .chinese import clean_line

MOST = 2000


def paragraphs(text: str, name: str = "文字") -> str:
    """Normalise the text of a text area: one paragraph a line, nothing invisible, no character databases refuse."""
    cleaned = "\n".join(line for line in map(clean_line, text.splitlines()) if line)
    if len(cleaned) > MOST:
        raise RefusedError(f"{name}太长（{len(cleaned)} 字，上限 {MOST} 字）。")
    return cleaned
