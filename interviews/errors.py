class RefusedError(Exception):
    """A verb was refused and nothing was written. `.reasons` are Chinese sentences for the person who asked."""

    def __init__(self, *reasons: str):
        self.reasons = list(reasons)
        super().__init__("".join(reasons))


class StaleError(RefusedError):
    """A colleague saved since the user read the page. `.number` is the revision that was read."""

    def __init__(self, number: int):
        self.number = number
        super().__init__("这个专题刚刚又有修改，请看过新的一稿再签发。改动见右边。")
