"""Who is away when, and who stands in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.leaves import Leave
from storage.ledger import Ledger, Trail
from storage.nudging_tables import leaves


class Leaves:
    """Days off with a deputy."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="leave", kind=Leave, table=leaves)

    def on(self, day: date) -> Sequence[Leave]:
        """Everybody's leaves that cover that day."""
        query = self.ledger.query(leaves.c.last_on >= day, leaves.c.first_on <= day)
        return self.ledger.all(query.order_by(leaves.c.id))

    def of(self, member_id: int, *, since: date) -> Sequence[Leave]:
        """The member's leaves that are not over on that day."""
        query = self.ledger.query(leaves.c.member_id == member_id, leaves.c.last_on >= since)
        return self.ledger.all(query.order_by(leaves.c.first_on, leaves.c.id))

    def save(self, leave: Leave) -> Leave:
        """Store a leave."""
        return self.ledger.save(leave)
