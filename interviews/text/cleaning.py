from __future__ import annotations

from interviews.errors import RefusedError

from .chinese import clean_line

MOST = 2000


def paragraphs(text: str, name: str = "文字") -> str:
    """What was typed into a box: paragraphs, one a line, without what no reader sees and no database takes."""
    cleaned = "\n".join(line for line in map(clean_line, text.splitlines()) if line)
    if len(cleaned) > MOST:
        raise RefusedError(f"{name}太长（{len(cleaned)} 字，上限 {MOST} 字）。")
    return cleaned
