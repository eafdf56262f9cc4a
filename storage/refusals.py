"""Who asked for what lay outside the own scope: written down beside the sentence that refused it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import insert, select

from bot.domain.people import RefusedQuery
from storage.ledger import Trail
from storage.rate_tables import refusals


class Refusals:
    """The audit of refused queries; nothing in it is ever changed or deleted."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def record(self, refused: RefusedQuery) -> None:
        """Write one down."""
        row = {field.name: getattr(refused, field.name) for field in fields(RefusedQuery)}
        self._connection.execute(insert(refusals).values(row))

    def of(self, member_id: int) -> Sequence[RefusedQuery]:
        """What was refused to that member, oldest first."""
        columns = (refusals.c[field.name] for field in fields(RefusedQuery))
        query = select(*columns).where(refusals.c.member_id == member_id).order_by(refusals.c.id)
        return tuple(RefusedQuery(**row._mapping) for row in self._connection.execute(query))
