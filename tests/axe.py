"""The options of axe in each colour scheme."""

from .thorough import THOROUGH

COLOURS = ["color-contrast", "link-in-text-block"]


def options(scheme: str, *, sizes: bool) -> dict[str, object]:
    """Return options for `Axe().run`. `sizes`: with the rule on target sizes (WCAG 2.2), which is off by default.

    A page is the same document in the dark: only the rules on colours, and on sizes if the window has another width,
    can find something new.
    """
    violations = {"resultTypes": ["violations"], "preload": False}  # passes need not be reported
    if scheme == "dark" and not THOROUGH:
        return {**violations, "runOnly": {"type": "rule", "values": [*COLOURS, *(["target-size"] if sizes else [])]}}
    return {**violations, "rules": {"target-size": {"enabled": sizes}}}
