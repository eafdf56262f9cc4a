"""What was asked for by somebody who may not have it: kept for the audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from storage.ledger import Trail
from storage.nudging_tables import refusals


class Refusals:
    """Refused questions."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def note(self, member_id: int, asked: str, *, now: datetime) -> None:
        """Keep that the member asked for it: a button's action or a command's name, no other words."""
        row = {"member_id": member_id, "asked": asked, "at": now}
        self._connection.execute(insert(refusals).values(row))

    def of(self, member_id: int) -> list[str]:
        """What the member was refused, the oldest first."""
        query = select(refusals.c.asked).where(refusals.c.member_id == member_id).order_by(refusals.c.id)
        return list(self._connection.execute(query).scalars())
