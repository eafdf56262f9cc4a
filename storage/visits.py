"""Visit records, drafts among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import update

from bot.domain.visits import VisitRecord, VisitStatus
from storage.ledger import Ledger, Trail
from storage.schema import literally
from storage.tables import visits


class Visits:
    """Visit records; a discarded one is only found by its id."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection
        self.ledger = Ledger(
            trail=trail, noun="visit", kind=VisitRecord, table=visits, locks=True, withdrawn=_discard
        )

    def get(self, visit_id: int) -> VisitRecord | None:
        """The record of that id, whatever its status; reserved until the transaction ends."""
        return self.ledger.get(visit_id)

    def latest(self, member_id: int, *, since: datetime) -> VisitRecord | None:
        """The member's newest record, draft or saved, updated at or after `since`."""
        query = self.ledger.query(
            visits.c.member_id == member_id,
            literally(visits.c.status, VisitStatus.DRAFT, VisitStatus.SAVED),
            visits.c.updated_at >= since,
        )
        return self.ledger.first(query.order_by(visits.c.updated_at.desc(), visits.c.id.desc()))

    def drafts(self, member_id: int) -> Sequence[VisitRecord]:
        """The member's drafts, oldest first."""
        query = self.ledger.query(visits.c.member_id == member_id, visits.c.status == VisitStatus.DRAFT)
        return self.ledger.all(query.order_by(visits.c.id))

    def last_saved(self, customer_id: int, *, before_id: int) -> VisitRecord | None:
        """The customer's newest saved record with a smaller id."""
        query = self.ledger.query(
            visits.c.customer_id == customer_id,
            visits.c.status == VisitStatus.SAVED,
            visits.c.id < before_id,
        )
        return self.ledger.first(query.order_by(visits.c.id.desc()))

    def between(self, first: date, last: date) -> Sequence[VisitRecord]:
        """Saved records that are not private, visited from `first` to `last`, by day."""
        query = self.ledger.query(
            visits.c.status == VisitStatus.SAVED,
            visits.c.private.is_(False),
            visits.c.happened_on.between(first, last),
        )
        return self.ledger.all(query.order_by(visits.c.happened_on, visits.c.id))

    def show_at(self, visit_id: int, card_key: str) -> None:
        """Remember which message on the screen shows the record; that is no change that can be undone."""
        moved = update(visits).where(visits.c.id == visit_id).values(card_key=card_key)
        self._connection.execute(moved)

    def save(self, visit: VisitRecord) -> VisitRecord:
        """Store a record."""
        return self.ledger.save(visit)


def _discard(visit: VisitRecord, at: datetime) -> VisitRecord:
    return replace(visit, status=VisitStatus.DISCARDED, updated_at=at)
