"""How a noun is kept: one table with a column for each field, and a change written down at every save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import Field, dataclass, fields, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.codec import to_json
from storage.queue_tables import changes


class Numbered(Protocol):
    """A dataclass with an id; 0 is one that is not stored yet."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=Numbered)


@dataclass(slots=True, kw_only=True)
class Trail:
    """Who changes what within one transaction, and for which message."""

    connection: Connection
    message_id: str
    now: datetime
    member_id: int | None = None
    names_changed: bool = False
    """A name that the lexicon holds was written: its cached copies are old once this commits."""

    def record(self, *, noun: str, noun_id: int, before: str | None, after: str | None) -> None:
        """Write down one change."""
        self.connection.execute(
            insert(changes).values(
                message_id=self.message_id,
                member_id=self.member_id,
                noun=noun,
                noun_id=noun_id,
                before=before,
                after=after,
                at=self.now,
            )
        )


@dataclass(slots=True, kw_only=True)
class Ledger(Generic[T]):
    """One audited noun: values of `kind` in `table`, whose columns bear the names of its fields.

    `locks` makes reading one by id also reserve it until the transaction ends, so that two presses of one
    button come one after the other. `index` keeps what other tables say of a value up to date. `withdrawn` is
    a created value taken back; without it the row is deleted. `named`: the lexicon has the noun's names.
    """

    trail: Trail
    noun: str
    kind: type[T]
    table: Table
    locks: bool = False
    named: bool = False
    index: Callable[[T], None] | None = None
    unindex: Callable[[int], None] | None = None
    withdrawn: Callable[[T, datetime], T] | None = None

    def get(self, noun_id: int) -> T | None:
        """The value of that id, or None."""
        query = self.query(self.table.c.id == noun_id)
        # On SQLite the transaction is the only writer already, and nothing is rendered for this.
        return self.first(query.with_for_update(key_share=True) if self.locks else query)

    def query(self, *conditions: ColumnElement[bool]) -> Select[Any]:
        """A query for whole values under these conditions."""
        return select(*(self.table.c[field.name] for field in fields(self.kind))).where(*conditions)

    def first(self, query: Select[Any]) -> T | None:
        """The first value of the query, or None."""
        row = self.trail.connection.execute(query.limit(1)).first()
        return None if row is None else self._value(row)

    def all(self, query: Select[Any]) -> Sequence[T]:
        """All values of the query."""
        return tuple(self._value(row) for row in self.trail.connection.execute(query))

    def save(self, value: T) -> T:
        """Store the value and write the change down; id 0 becomes a new one, an unknown id a LookupError."""
        noun_id = value.id
        old = self.get(noun_id) if noun_id else None
        if noun_id and old is None:
            raise LookupError(f"no {self.noun} {noun_id}")
        if old == value:
            return value
        saved = self.write(value)
        self.trail.record(
            noun=self.noun,
            noun_id=saved.id,
            before=None if old is None else to_json(self.kind, old),
            after=to_json(self.kind, saved),
        )
        return saved

    def write(self, value: T) -> T:
        """Store the value without a trace."""
        row = {field.name: getattr(value, field.name) for field in fields(value)}
        noun_id = row.pop("id")
        if not noun_id:
            created = self.trail.connection.execute(
                insert(self.table).values(**row).returning(self.table.c.id)
            ).scalar_one()
            value = replace(value, id=created)
        else:
            changed = update(self.table).where(self.table.c.id == noun_id).values(**row)
            if self.trail.connection.execute(changed).rowcount == 0:
                self.trail.connection.execute(insert(self.table).values(id=noun_id, **row))
        if self.index:
            self.index(value)
        self.trail.names_changed |= self.named
        return value

    def withdraw(self, noun_id: int) -> T | None:
        """Take a created value back: by its own status, else delete it unless others refer to it.

        Returns what is left of it.
        """
        value = self.get(noun_id)
        if value is None:
            return None
        if self.withdrawn:
            return self.write(self.withdrawn(value, self.trail.now))
        self.trail.names_changed |= self.named
        try:
            with self.trail.connection.begin_nested():
                if self.unindex:
                    self.unindex(noun_id)
                self.trail.connection.execute(delete(self.table).where(self.table.c.id == noun_id))
        except IntegrityError:
            return value
        return None

    def _value(self, row: Row[Any]) -> T:
        return self.kind(**row._mapping)
