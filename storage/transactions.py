"""What the queues and the media store need of a database: transactions."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection


class Transactions(Protocol):
    """Where transactions begin."""

    def begin(self) -> AbstractContextManager[Connection]:
        """A transaction that may write: committed at the end, rolled back on an error."""
        ...

    def read(self) -> AbstractContextManager[Connection]:
        """A transaction that only reads."""
        ...
