"""Many customers at once: stored, and taken back, in a few statements instead of a few a customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, insert, select, update

from bot.domain.customers import Customer
from storage.codec import to_json
from storage.ledger import Trail
from storage.queue_tables import changes
from storage.schema import metadata
from storage.tables import customer_names, customers

T = TypeVar("T")

NOUN = "customer"
_BATCH = 500


class CustomerLists:
    """Whole lists of customers, each with its change."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail

    def add(self, new: Sequence[Customer]) -> None:
        """Store new ones."""
        names = [field.name for field in fields(Customer) if field.name != "id"]
        for batch in _batches(new):
            rows = [{name: getattr(customer, name) for name in names} for customer in batch]
            added = insert(customers).returning(customers.c.id, sort_by_parameter_order=True)
            ids = self._trail.connection.execute(added, rows).scalars()
            stored = [replace(customer, id=each) for customer, each in zip(batch, ids, strict=True)]
            self._note([(None, customer) for customer in stored])
            self._keep_names(stored)

    def change(self, changed: Sequence[tuple[Customer, Customer]]) -> None:
        """Store changed ones, each given as old and new."""
        names = [field.name for field in fields(Customer) if field.name != "id"]
        saved = update(customers).where(customers.c.id == bindparam("known_id"))
        saved = saved.values({name: bindparam(f"new_{name}") for name in names})
        for batch in _batches(changed):
            rows = [
                {"known_id": new.id, **{f"new_{name}": getattr(new, name) for name in names}}
                for _, new in batch
            ]
            self._trail.connection.execute(saved, rows)
            self._note(batch)
            ids = [new.id for _, new in batch]
            gone = delete(customer_names).where(customer_names.c.customer_id.in_(ids))
            self._trail.connection.execute(gone)
            self._keep_names([new for _, new in batch])

    def remove_unused(self, customer_ids: Sequence[int]) -> int:
        """Delete those that nothing else refers to; how many stay."""
        connection, kept = self._trail.connection, 0
        for batch in _batches(customer_ids):
            used: set[int] = set()
            for column in _referring():
                used |= set(connection.execute(select(column).where(column.in_(batch))).scalars())
            gone = [each for each in batch if each not in used]
            connection.execute(delete(customer_names).where(customer_names.c.customer_id.in_(gone)))
            connection.execute(delete(customers).where(customers.c.id.in_(gone)))
            kept += len(batch) - len(gone)
        self._trail.names_changed = True
        return kept

    def _note(self, pairs: Sequence[tuple[Customer | None, Customer]]) -> None:
        trail = self._trail
        rows = [
            {
                "message_id": trail.message_id,
                "member_id": trail.member_id,
                "noun": NOUN,
                "noun_id": new.id,
                "before": to_json(Customer, old) if old else None,
                "after": to_json(Customer, new),
                "at": trail.now,
            }
            for old, new in pairs
        ]
        trail.connection.execute(insert(changes), rows)
        trail.names_changed = True

    def _keep_names(self, stored: Sequence[Customer]) -> None:
        rows = [
            {"name": name, "customer_id": customer.id}
            for customer in stored
            for name in dict.fromkeys((customer.name, *customer.aliases))
        ]
        self._trail.connection.execute(insert(customer_names), rows)


def _referring() -> Iterator[Any]:
    """Every column that refers to a customer, but for the customer's own names."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if table is not customer_names and column.references(customers.c.id):
                yield column


def _batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[at : at + _BATCH] for at in range(0, len(values), _BATCH))
