"""What handlers need of storage for people and names: customers, whole lists of them, and the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.audit import AuditEntry, AuditQuery, RefusedAsk
from bot.domain.customers import Customer


class Customers(Protocol):
    """Customers with their aliases."""

    def get(self, customer_id: int) -> Customer | None: ...
    def named(self, name: str) -> Sequence[Customer]:
        """Every customer with exactly this name or alias."""
        ...

    def all(self) -> Sequence[Customer]: ...
    def count_of(self, member_id: int) -> int: ...
    def industries(self) -> Sequence[str]: ...
    def recent(self, member_id: int, *, limit: int) -> Sequence[Customer]:
        """The customers of the member's latest visits, newest first, then those that the member owns."""
        ...

    def save(self, customer: Customer) -> Customer: ...


class CustomerLists(Protocol):
    """Many customers at once."""

    def add(self, new: Sequence[Customer]) -> None: ...
    def change(self, changed: Sequence[tuple[Customer, Customer]]) -> None:
        """Store changed ones, each given as old and new."""
        ...

    def remove_unused(self, customer_ids: Sequence[int]) -> int:
        """Delete those that nothing else refers to; how many stay."""
        ...


class Audit(Protocol):
    """What was changed and what was refused, newest first, with ids below `before`."""

    def find(self, query: AuditQuery, *, before: int | None, limit: int) -> Sequence[AuditEntry]: ...
    def refused(self, *, before: int | None, limit: int) -> Sequence[RefusedAsk]: ...
