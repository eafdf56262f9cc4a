"""Planned reminders: one unique key each, claimed by the moment they are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Select, func, select, update

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

    def is_due(self, *, now: datetime) -> bool:
        """Whether anything is due: most ticks find nothing, and this asks for less than claiming does."""
        query = select(nudges.c.id).where(planned(nudges), nudges.c.send_at <= now).limit(1)
        return self._trail.connection.execute(query).first() is not None

    def claim_due(self, *, now: datetime, limit: int) -> Sequence[Nudge]:
        """Take due planned nudges and mark them sent; no two transactions get the same one."""
        due = (
            select(nudges.c.id)
            .where(planned(nudges), nudges.c.send_at <= now)
            .order_by(nudges.c.send_at, nudges.c.id)
            .limit(limit)
        )
        return self._claim(due, now=now)

    def claim_more(
        self, member_ids: Iterable[int], *, now: datetime, reps_until: datetime
    ) -> Sequence[Nudge]:
        """Take what else is due for these members, and what is theirs to do until `reps_until`."""
        soon = (nudges.c.step == LadderStep.REP) & (nudges.c.subject != Subject.DAY)
        wanted = (nudges.c.send_at <= now) | soon
        more = select(nudges.c.id).where(
            planned(nudges), nudges.c.send_at <= reps_until, nudges.c.member_id.in_(list(member_ids)), wanted
        )
        return self._claim(more, now=now)

    def _claim(self, chosen: Select[tuple[int]], *, now: datetime) -> Sequence[Nudge]:
        # A list made once: PostgreSQL may run a plain sub-select again, past the rows that it locked.
        due = chosen.with_for_update(skip_locked=True).cte("due")
        claimed = (
            update(nudges)
            .where(nudges.c.id.in_(select(due.c.id)))
            .values(status=NudgeStatus.SENT, sent_at=now)
            .returning(*NUDGE_COLUMNS)
        )
        found = [Nudge(**row._mapping) for row in self._trail.connection.execute(claimed)]
        return tuple(sorted(found, key=lambda nudge: (nudge.send_at, nudge.id)))

    def hold(self, nudge_ids: Iterable[int], *, until: datetime, step: LadderStep | None = None) -> None:
        """Give claimed nudges back until a moment, where given as another step; none is lost."""
        values: dict[str, object] = {"status": NudgeStatus.PLANNED, "send_at": until, "sent_at": None}
        if step:
            values["step"] = step
        held = update(nudges).where(nudges.c.id.in_(list(nudge_ids))).values(values)
        self._trail.connection.execute(held)

    def mute(self, nudge_ids: Iterable[int]) -> None:
        """Note of claimed nudges that their receiver does not want their kind."""
        muted = update(nudges).where(nudges.c.id.in_(list(nudge_ids))).values(status=NudgeStatus.MUTED)
        self._trail.connection.execute(muted)

    def heard_at(self, keys: Iterable[str]) -> Mapping[str, datetime]:
        """Of these keys, those of nudges that left or were muted, and when."""
        query = select(nudges.c.key, nudges.c.sent_at).where(
            nudges.c.key.in_(list(keys)), nudges.c.status.in_((NudgeStatus.SENT, NudgeStatus.MUTED))
        )
        return {row.key: row.sent_at for row in self._trail.connection.execute(query)}

    def next_at(self) -> datetime | None:
        """When the next planned nudge is due."""
        query = select(nudges.c.send_at).where(planned(nudges)).order_by(nudges.c.send_at).limit(1)
        moment: datetime | None = self._trail.connection.execute(query).scalar()
        return moment

    def told_at(self, subject: Subject, subject_id: int, member_id: int) -> datetime | None:
        """When the member was first sent something about it; None where that has not been."""
        query = select(func.min(nudges.c.sent_at)).where(
            nudges.c.subject == subject,
            nudges.c.subject_id == subject_id,
            nudges.c.member_id == member_id,
            nudges.c.status == NudgeStatus.SENT,
        )
        moment: datetime | None = self._trail.connection.execute(query).scalar()
        return moment

    def planned_since(self, subject: Subject, subject_id: int, member_id: int, *, since: datetime) -> bool:
        """Whether the member has been sent something about it since then, or is about to be."""
        query = select(nudges.c.id).where(
            nudges.c.subject == subject,
            nudges.c.subject_id == subject_id,
            nudges.c.member_id == member_id,
            nudges.c.send_at > since,
            nudges.c.status != NudgeStatus.CANCELLED,
        )
        return self._trail.connection.execute(query.limit(1)).first() is not None

    def of(self, subject: Subject, subject_id: int) -> Sequence[Nudge]:
        """Every nudge of the subject, sent and cancelled ones too, by time."""
        query = select(*NUDGE_COLUMNS).where(nudges.c.subject == subject, nudges.c.subject_id == subject_id)
        rows = self._trail.connection.execute(query.order_by(nudges.c.send_at, nudges.c.id))
        return tuple(Nudge(**row._mapping) for row in rows)
