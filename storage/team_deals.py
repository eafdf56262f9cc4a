"""A team's open deals with what was last heard of them, and what its customers object to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from bot.domain.customers import Customer
from bot.domain.opportunities import OpportunityStatus
from bot.domain.silence import TeamDeal
from bot.domain.visits import Quote, VisitRecord, VisitStatus
from storage.ledger import Ledger, Trail
from storage.tables import customers, opportunities, visits


class TeamDeals:
    """Reads only. A private record tells when its customer was heard of, and none of its words."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection
        self._visits = Ledger(trail=trail, noun="visit", kind=VisitRecord, table=visits)

    def open_of(self, owner_ids: Iterable[int]) -> Sequence[TeamDeal]:
        """Every open deal of these owners."""
        return self._open(opportunities.c.owner_id.in_(list(owner_ids)))

    def get(self, opportunity_id: int) -> TeamDeal | None:
        """The open deal of that id."""
        return next(iter(self._open(opportunities.c.id == opportunity_id)), None)

    def _open(self, wanted: ColumnElement[bool]) -> Sequence[TeamDeal]:
        query = (
            select(
                opportunities.c.id.label("opportunity_id"),
                opportunities.c.owner_id,
                opportunities.c.customer_id,
                opportunities.c.stage_key,
                opportunities.c.stage_entered_at,
                opportunities.c.proofs,
                customers.c.name,
                customers.c.aliases,
            )
            .join(customers, customers.c.id == opportunities.c.customer_id)
            .where(wanted, opportunities.c.status == OpportunityStatus.OPEN)
        )
        rows = self._connection.execute(query).all()
        customer_ids = {row.customer_id for row in rows}
        heard, quotes = self._heard_at(customer_ids), self._quotes(customer_ids)
        return tuple(
            TeamDeal(
                opportunity_id=row.opportunity_id,
                owner_id=row.owner_id,
                customer_id=row.customer_id,
                customer=Customer(id=row.customer_id, name=row.name, aliases=row.aliases).short_name,
                stage_key=row.stage_key,
                stage_entered_at=row.stage_entered_at,
                heard_at=heard.get(row.customer_id),
                quote=quotes.get(row.customer_id, ""),
                settled=frozenset(each.proof_key for each in row.proofs if each.stage_key == row.stage_key),
            )
            for row in rows
        )

    def records(self, member_ids: Iterable[int], first: date, last: date) -> Sequence[VisitRecord]:
        """Their saved records that are not private, visited from `first` to `last`, the newest first."""
        query = self._visits.query(
            visits.c.member_id.in_(list(member_ids)),
            visits.c.status == VisitStatus.SAVED,
            visits.c.private.is_(False),
            visits.c.happened_on.between(first, last),
        )
        return self._visits.all(query.order_by(visits.c.happened_on.desc(), visits.c.id.desc()))

    def _heard_at(self, customer_ids: Iterable[int]) -> Mapping[int, datetime]:
        query = (
            select(
                visits.c.customer_id, func.max(visits.c.saved_at, type_=visits.c.saved_at.type).label("at")
            )
            .where(visits.c.customer_id.in_(list(customer_ids)), visits.c.status == VisitStatus.SAVED)
            .group_by(visits.c.customer_id)
        )
        return {row.customer_id: row.at for row in self._connection.execute(query) if row.at}

    def _quotes(self, customer_ids: Iterable[int]) -> Mapping[int, str]:
        """The newest record's last quote of each customer that has any."""
        query = (
            select(visits.c.customer_id, visits.c.quotes)
            .where(
                visits.c.customer_id.in_(list(customer_ids)),
                visits.c.status == VisitStatus.SAVED,
                visits.c.private.is_(False),
            )
            .order_by(visits.c.id)
        )
        found: dict[int, str] = {}
        for row in self._connection.execute(query):
            quotes: tuple[Quote, ...] = row.quotes
            if quotes:
                found[row.customer_id] = quotes[-1].text
        return found
