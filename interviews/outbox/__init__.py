"""The outbox: messages to other systems, written in the transaction of a verb and delivered after its commit.

`post` writes a message and a delivery for each receiver; workers (`interviews.tasks`) send them. A message says what
happened; a channel says who is told, and how.
"""

from . import search_engines, webhooks, websub  # noqa: F401  (register their channels)
from .administration import drop, retry
from .posting import post

__all__ = ["drop", "post", "retry"]
