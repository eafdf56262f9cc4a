"""The past as a dry run needs it: saved records, the checks that were opened and the promises made."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, select

from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem
from bot.domain.people import Member
from bot.domain.replay import History
from bot.domain.visits import VisitRecord, VisitStatus
from storage.ledger import Numbered, Trail
from storage.schema import literally
from storage.tables import members, next_actions, node_items, visits

T = TypeVar("T", bound=Numbered)


class Histories:
    """Reads history; writes nothing."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def between(self, since: datetime, until: datetime) -> History:
        """What was saved, opened and promised between the two moments, and everybody who was there."""
        records = self._all(
            VisitRecord,
            visits,
            literally(visits.c.status, VisitStatus.SAVED),
            visits.c.saved_at.between(since, until),
        )
        promised = next_actions.c.visit_id == visits.c.id
        return History(
            records=records,
            items=self._all(NodeItem, node_items, node_items.c.opened_at.between(since, until)),
            actions=self._all(
                NextAction,
                next_actions,
                select(visits.c.id).where(promised, visits.c.saved_at.between(since, until)).exists(),
            ),
            members=self._all(Member, members),
        )

    def _all(self, kind: type[T], table: Table, *conditions: ColumnElement[bool]) -> tuple[T, ...]:
        columns: list[ColumnElement[Any]] = [table.c[field.name] for field in fields(kind)]
        rows = self._connection.execute(select(*columns).where(*conditions).order_by(table.c.id))
        return tuple(kind(**row._mapping) for row in rows)
