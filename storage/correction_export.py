"""What reps put right, as pairs: the draft as it was read, and the record as it was saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.visits import VisitRecord, VisitStatus
from storage.codec import from_json
from storage.queue_tables import changes
from storage.tables import visits
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One note: as it was first read, and as its rep saved it."""

    read: VisitRecord
    saved: VisitRecord


def corrections(database: Transactions, *, since: datetime | None = None) -> Iterator[Correction]:
    """Saved notes whose facts differ from what was first read in them, oldest first; private ones never."""
    first = (
        select(changes.c.noun_id, func.min(changes.c.id).label("id"))
        .where(changes.c.noun == "visit")
        .group_by(changes.c.noun_id)
        .subquery()
    )
    wanted = [visits.c.status == VisitStatus.SAVED, visits.c.private.is_(False)]
    if since is not None:
        wanted.append(visits.c.created_at >= since)
    query = (
        select(visits, changes.c.after.label("first_form"))
        .join(first, first.c.noun_id == visits.c.id)
        .join(changes, changes.c.id == first.c.id)
        .where(*wanted)
        .order_by(visits.c.id)
    )
    with database.read() as connection:
        for row in connection.execute(query):
            stored = dict(row._mapping)
            read: VisitRecord = from_json(VisitRecord, stored.pop("first_form"))
            saved = VisitRecord(**stored)
            if saved.facts != read.facts:
                yield Correction(read=read, saved=saved)
