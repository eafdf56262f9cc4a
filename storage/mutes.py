"""Who does not want to be reminded of what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement

from bot.domain.mutes import SINGLE, Mute
from storage.ledger import Ledger, Trail
from storage.nudging_tables import mutes


class Mutes:
    """Wishes to be left alone."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="mute", kind=Mute, table=mutes)

    def holding(self, member_ids: Iterable[int], *, now: datetime) -> Sequence[Mute]:
        """All that are in force for these members, the oldest first."""
        query = self.ledger.query(mutes.c.member_id.in_(list(member_ids)), _in_force(now))
        return self.ledger.all(query.order_by(mutes.c.id))

    def list_only(self, *, now: datetime) -> Sequence[Mute]:
        """Those of everybody who wants one list a day."""
        return self.ledger.all(self.ledger.query(mutes.c.kind == SINGLE, _in_force(now)))

    def save(self, mute: Mute) -> Mute:
        """Store a wish."""
        return self.ledger.save(mute)


def _in_force(now: datetime) -> ColumnElement[bool]:
    return mutes.c.until.is_(None) | (mutes.c.until > now)
