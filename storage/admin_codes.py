"""One-time codes by which the first admin proves to sit at the server."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from storage.ledger import Trail
from storage.queue_tables import admin_codes


class AdminCodes:
    """One-time codes; only their digests are kept."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def create(self, code: str, *, now: datetime, minutes: int) -> str:
        """Make `code`, random text of the caller's, good once within `minutes`."""
        row = {"digest": _digest(code), "expires_at": now + timedelta(minutes=minutes)}
        self._connection.execute(insert(admin_codes).values(row))
        return code

    def use(self, code: str, *, now: datetime) -> bool:
        """Burn the code; False if it is wrong, used or too old."""
        good = (
            (admin_codes.c.digest == _digest(code))
            & admin_codes.c.used_at.is_(None)
            & (admin_codes.c.expires_at > now)
        )
        return self._connection.execute(update(admin_codes).where(good).values(used_at=now)).rowcount == 1


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().encode()).hexdigest()
