"""Browsers in words, from their User-Agent header."""

# In this order: most browsers claim to be the others, too.
BROWSERS = [
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Lark", "飞书"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "火狐"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
]


def browser_in_words(user_agent: str) -> str:
    """Return browser and system, such as `Edge（Windows）`; the header's beginning if neither is known."""
    browser, system = (_first(table, user_agent) for table in (BROWSERS, SYSTEMS))
    if browser and system:
        return f"{browser}（{system}）"
    return browser or system or user_agent[:40]


def _first(table: list[tuple[str, str]], text: str) -> str:
    return next((name for mark, name in table if mark in text), "")
