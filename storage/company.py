"""Competitors and products: the names beside customers that a note may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, select

from storage.ledger import Trail
from storage.tables import competitors, products
from storage.upserts import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """A name of a competitor or a product, with what people say for it."""

    name: str
    aliases: tuple[str, ...] = ()


class KnownNames:
    """Names of one kind; saving a known one replaces its aliases."""

    def __init__(self, trail: Trail, table: Table) -> None:
        self._trail = trail
        self._table = table

    def all(self) -> Sequence[KnownName]:
        """Every name, in the order of first saving."""
        query = select(self._table.c.name, self._table.c.aliases).order_by(self._table.c.id)
        return tuple(KnownName(**row._mapping) for row in self._trail.connection.execute(query))

    def save(self, known: KnownName) -> None:
        """Store a name with its aliases."""
        new = insert_into(self._trail.connection, self._table).values(name=known.name, aliases=known.aliases)
        changed = new.on_conflict_do_update(
            index_elements=[self._table.c.name], set_={"aliases": new.excluded.aliases}
        )
        self._trail.connection.execute(changed)
        self._trail.names_changed = True


def open_competitors(trail: Trail) -> KnownNames:
    """The competitors' names."""
    return KnownNames(trail, competitors)


def open_products(trail: Trail) -> KnownNames:
    """The names of our products."""
    return KnownNames(trail, products)
