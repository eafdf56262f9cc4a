"""What left of our own accord, and who had how much of it: the budgets are counted here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, func, insert, select

from bot.domain.budgets import Lane, Pushed
from storage.ledger import Trail
from storage.nudging_tables import pushes
from storage.tables import members


class Pushes:
    """One row for each message that nobody had asked for."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def reserve(self, member_ids: Iterable[int]) -> None:
        """Keep other schedulers from counting these members' messages until this transaction ends."""
        wanted = sorted(set(member_ids))
        if self._connection.dialect.name != "sqlite" and wanted:
            # Always in the same order, so that two of them wait for each other and never in a circle.
            locked = select(members.c.id).where(members.c.id.in_(wanted)).order_by(members.c.id)
            self._connection.execute(locked.with_for_update(key_share=True)).all()

    def since(self, moment: datetime, member_ids: Iterable[int]) -> Mapping[int, Pushed]:
        """How many messages each of them was sent since then, and when the last nudge left."""
        is_alert = pushes.c.lane == Lane.ALERT
        last = func.max(case((is_alert, None), else_=pushes.c.pushed_at), type_=pushes.c.pushed_at.type)
        query = (
            select(
                pushes.c.member_id,
                func.count().filter(~is_alert).label("nudges"),
                func.count().filter(is_alert).label("alerts"),
                last.label("last_at"),
            )
            .where(pushes.c.member_id.in_(list(member_ids)), pushes.c.pushed_at >= moment)
            .group_by(pushes.c.member_id)
        )
        return {
            row.member_id: Pushed(nudges=row.nudges, alerts=row.alerts, last_at=row.last_at)
            for row in self._connection.execute(query)
        }

    def note(self, sent: Sequence[tuple[int, Lane]], *, now: datetime) -> None:
        """Count one message to each of these members."""
        if sent:
            rows = [{"member_id": one, "lane": lane, "pushed_at": now} for one, lane in sent]
            self._connection.execute(insert(pushes), rows)
