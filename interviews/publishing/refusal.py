from ..refusal import Refused

__all__ = ["Refused", "Stale"]


class Stale(Refused):
    """A colleague saved since the page was read. `.number` is the revision that was read."""

    def __init__(self, number: int):
        self.number = number
        super().__init__("这个专题刚刚又有修改，请看过新的一稿再签发。改动见右边。")
