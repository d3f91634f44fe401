"""Errors that tell a user why something was refused."""


class RefusedError(Exception):
    """A use case was refused; nothing was written. `.reasons` are Chinese sentences for the user."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = list(reasons)
        super().__init__("".join(reasons))


class StaleError(RefusedError):
    """Somebody saved since the user read the page. `.number` is the revision the user read."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__("这个专题刚刚又有修改，请看过新的一稿再签发。改动见右边。")
