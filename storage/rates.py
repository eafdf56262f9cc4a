"""What rates are made of: the checks due in a period, and the samples of freshness."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy import func, select

from bot.domain.calendar import SHANGHAI
from bot.domain.freshness import Sample
from bot.domain.nodes import NodeItem
from bot.domain.rates import Check, Period
from storage.ledger import Trail
from storage.rate_tables import freshness_samples
from storage.tables import node_items, visits
from storage.upserts import insert_into


class Rates:
    """Checks and samples, to be counted."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def checks(self, member_ids: Collection[int], period: Period) -> Sequence[Check]:
        """Every check of these members that is due in the period, by due time, whatever its status."""
        query = (
            select(*(node_items.c[field.name] for field in fields(NodeItem)))
            .add_columns(visits.c.happened_on.label("visited_on"), visits.c.created_at.label("noted_at"))
            .outerjoin(visits, visits.c.id == node_items.c.visit_id)
            .where(
                node_items.c.member_id.in_(member_ids),
                node_items.c.due_at >= period.begin,
                node_items.c.due_at < period.end,
            )
            .order_by(node_items.c.due_at, node_items.c.id)
        )
        found = []
        for row in self._connection.execute(query):
            values = dict(row._mapping)
            visited_on, noted_at = values.pop("visited_on"), values.pop("noted_at")
            late = noted_at is not None and visited_on < noted_at.astimezone(SHANGHAI).date()
            found.append(Check(item=NodeItem(**values), backfilled=late))
        return tuple(found)

    def sampled(self, day: date) -> bool:
        """Whether that day's samples were taken."""
        query = select(func.count()).where(freshness_samples.c.day == day)
        return self._connection.execute(query).scalar_one() > 0

    def keep(self, samples: Iterable[Sample]) -> int:
        """Store samples, one a member and day: a second one is dropped. How many were new."""
        kept = 0
        for sample in samples:
            row = {field.name: getattr(sample, field.name) for field in fields(Sample)}
            new = insert_into(self._connection, freshness_samples).values(row).on_conflict_do_nothing()
            stored = new.returning(freshness_samples.c.member_id)
            kept += self._connection.execute(stored).first() is not None
        return kept

    def samples(self, member_ids: Collection[int], first: date, last: date) -> Sequence[Sample]:
        """The samples of these members, by day."""
        columns = (freshness_samples.c[field.name] for field in fields(Sample))
        query = (
            select(*columns)
            .where(
                freshness_samples.c.member_id.in_(member_ids), freshness_samples.c.day.between(first, last)
            )
            .order_by(freshness_samples.c.day, freshness_samples.c.member_id)
        )
        return tuple(Sample(**row._mapping) for row in self._connection.execute(query))
