"""Valid updates in figures: who had how many, when the last one was, and what was known of a customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.domain.visits import VisitRecord, VisitStatus
from storage.ledger import Trail
from storage.schema import literally
from storage.tables import customers, visits

NEWEST = 100
"""How many earlier records of a customer are looked through."""


def counts_as_update() -> ColumnElement[bool]:
    """Saved, not private, and something in it was new; what was saved before that was judged counts."""
    return and_(
        literally(visits.c.status, VisitStatus.SAVED),
        visits.c.private.is_(False),
        or_(visits.c.news.is_(None), visits.c.news != ()),
    )


class ValidUpdates:
    """Figures of valid updates; no record is ever read whole for them."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def count(self, first: date, last: date) -> Mapping[int, int]:
        """How many each member had by the day of the visit; members without one are not in it."""
        query = (
            select(visits.c.member_id, func.count())
            .where(counts_as_update(), visits.c.happened_on.between(first, last))
            .group_by(visits.c.member_id)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def last_of_members(self, *, since: datetime, until: datetime) -> Mapping[int, datetime]:
        """When each member last saved one between the two moments."""
        query = (
            select(visits.c.member_id, func.max(visits.c.saved_at))
            .where(counts_as_update(), visits.c.saved_at.between(since, until))
            .group_by(visits.c.member_id)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def last_of_customers(self, owner_ids: Collection[int]) -> Mapping[int, datetime | None]:
        """When each customer of these owners last had one, whoever wrote it; None for never."""
        latest = and_(visits.c.customer_id == customers.c.id, counts_as_update())
        query = (
            select(customers.c.id, func.max(visits.c.saved_at))
            .select_from(customers.outerjoin(visits, latest))
            .where(customers.c.owner_id.in_(owner_ids))
            .group_by(customers.c.id)
            .order_by(customers.c.id)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def known_before(self, record: VisitRecord, *, since: datetime, until: datetime) -> Sequence[VisitRecord]:
        """The customer's other records saved between the two moments, the newest ones, as far as the record's
        rep may know of them.
        """
        query = (
            select(*(visits.c[field.name] for field in fields(VisitRecord)))
            .where(
                visits.c.customer_id == record.customer_id,
                visits.c.id != record.id,
                literally(visits.c.status, VisitStatus.SAVED),
                visits.c.saved_at.between(since, until),
                or_(visits.c.private.is_(False), visits.c.member_id == record.member_id),
            )
            .order_by(visits.c.saved_at.desc(), visits.c.id.desc())
            .limit(NEWEST)
        )
        return tuple(VisitRecord(**row._mapping) for row in self._connection.execute(query))
