class Refused(Exception):
    """A verb was not carried out, and nothing was written. `.reasons` says why, a sentence each."""

    def __init__(self, *reasons: str):
        self.reasons = list(reasons)
        super().__init__("".join(reasons))
