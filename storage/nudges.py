"""Planned reminders: one unique key each, claimed by the moment they are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import func, select, update

from bot.domain.nudges import LadderStep, Nudge, NudgeStatus, Subject
from storage.ledger import Trail
from storage.tables import nudges, planned
from storage.upserts import insert_into

NUDGE_COLUMNS = tuple(nudges.c[field.name] for field in fields(Nudge))


class Nudges:
    """Planned reminders."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail

    def plan(self, nudge: Nudge) -> bool:
        """Store a planned nudge; False where one with that key is planned or was sent.

        One that was cancelled is planned anew: closing a subject and undoing that brings its reminders back.
        """
        row = {field.name: getattr(nudge, field.name) for field in fields(Nudge)}
        del row["id"]
        new = insert_into(self._trail.connection, nudges).values(row | {"status": NudgeStatus.PLANNED})
        again = {name: new.excluded[name] for name in ("member_id", "send_at", "status")}
        planned_anew = new.on_conflict_do_update(
            index_elements=[nudges.c.key], set_=again, where=nudges.c.status == NudgeStatus.CANCELLED
        )
        return self._trail.connection.execute(planned_anew.returning(nudges.c.id)).first() is not None

    def cancel(self, subject: Subject, subject_id: int) -> int:
        """Cancel every planned nudge of the subject; how many."""
        cancelled = (
            update(nudges)
            .where(nudges.c.subject == subject, nudges.c.subject_id == subject_id, planned(nudges))
            .values(status=NudgeStatus.CANCELLED)
        )
        return self._trail.connection.execute(cancelled).rowcount

    def claim_due(self, *, now: datetime, limit: int) -> Sequence[Nudge]:
        """Take due planned nudges and mark them sent; no two transactions get the same one."""
        due = (
            select(nudges.c.id)
            .where(planned(nudges), nudges.c.send_at <= now)
            .order_by(nudges.c.send_at, nudges.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        # A list made once: PostgreSQL may run a plain sub-select again, past the rows that it locked.
        chosen = due.cte("due")
        claimed = (
            update(nudges)
            .where(nudges.c.id.in_(select(chosen.c.id)))
            .values(status=NudgeStatus.SENT, sent_at=now)
            .returning(*NUDGE_COLUMNS)
        )
        found = [Nudge(**row._mapping) for row in self._trail.connection.execute(claimed)]
        return tuple(sorted(found, key=lambda nudge: (nudge.send_at, nudge.id)))

    def next_at(self) -> datetime | None:
        """When the next planned nudge is due."""
        query = select(nudges.c.send_at).where(planned(nudges)).order_by(nudges.c.send_at).limit(1)
        moment: datetime | None = self._trail.connection.execute(query).scalar()
        return moment

    def sent_to(self, member_id: int, *, step: LadderStep, since: datetime) -> int:
        """How many nudges of that step the member got since then."""
        query = (
            select(func.count())
            .select_from(nudges)
            .where(nudges.c.member_id == member_id, nudges.c.step == step, nudges.c.sent_at >= since)
        )
        return self._trail.connection.execute(query).scalar_one()

    def of(self, subject: Subject, subject_id: int) -> Sequence[Nudge]:
        """Every nudge of the subject, sent and cancelled ones too, by time."""
        query = select(*NUDGE_COLUMNS).where(nudges.c.subject == subject, nudges.c.subject_id == subject_id)
        rows = self._trail.connection.execute(query.order_by(nudges.c.send_at, nudges.c.id))
        return tuple(Nudge(**row._mapping) for row in rows)
