"""Channels by kind of task. A channel knows who is told of a message, and sends it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from interviews.models import OutboxMessage, TaskKind

from .calling import Answer, NoAnswerError

# The receiver, or something before it, says that it is busy: the next message would fare no better.
AWAY = {429, 502, 503, 504}
# The number of a channel's only receiver.
ONLY = 0


class RejectedError(Exception):
    """The receiver doesn't take this message; a Chinese sentence says how it answered."""


class UnwantedError(Exception):
    """Nobody wants the message any more, for a reason in a Chinese sentence."""


class Channel(ABC):
    """A way to tell receivers, each known by a number: its own queue, order and pauses."""

    kind: TaskKind

    @abstractmethod
    def receivers(self, message: OutboxMessage) -> Iterable[int]:
        """Whom to tell of a message. May query: it runs in the transaction of the verb."""

    @abstractmethod
    def send(self, message: OutboxMessage, receiver: int) -> str:
        """Send a message, outside of any transaction, and say in Chinese how it was answered.

        May be repeated after a crash. Raises NoAnswerError if the receiver is away, so that its other messages wait,
        too; RejectedError; UnwantedError.
        """


def accepted(answer: Answer) -> str:
    """Return the sentence for an accepted message, or raise as `Channel.send` does."""
    said = f"对方答复 HTTP {answer.status}。"
    if 200 <= answer.status < 300:
        return said
    if 300 <= answer.status < 400:
        raise RejectedError(f"对方要求转到别的地址（HTTP {answer.status}），这里不跟随。")
    raise NoAnswerError(said) if answer.status in AWAY else RejectedError(said)
