"""The rules that axe checks in each colour scheme."""

from .thorough import THOROUGH

# target-size (WCAG 2.2) is off by default. Passes need not be reported.
EVERY_RULE = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"], "preload": False}
# A page is the same document in the dark: only what depends on colours, or on the width of the window, can differ.
IN_THE_DARK = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]},
    "resultTypes": ["violations"],
    "preload": False,
}
RULES = {"light": EVERY_RULE, "dark": EVERY_RULE if THOROUGH else IN_THE_DARK}
