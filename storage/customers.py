"""Customers with the names that people say for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select

from bot.domain.customers import Customer
from bot.domain.visits import VisitStatus
from storage.ledger import Ledger, Trail
from storage.schema import literally
from storage.tables import customer_names, customers, visits


class Customers:
    """Customers. A full name is unique; an alias may be shared, and is then asked for."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self.ledger = Ledger(
            trail=trail,
            noun="customer",
            kind=Customer,
            table=customers,
            named=True,
            index=self._keep_names,
            unindex=self._drop_names,
        )

    def get(self, customer_id: int) -> Customer | None:
        """The customer of that id."""
        return self.ledger.get(customer_id)

    def named(self, name: str) -> Sequence[Customer]:
        """Every customer with exactly this name or alias."""
        query = self.ledger.query(customer_names.c.name == name)
        joined = query.join(customer_names, customer_names.c.customer_id == customers.c.id)
        return self.ledger.all(joined.order_by(customers.c.id))

    def recent(self, member_id: int, *, limit: int) -> Sequence[Customer]:
        """The customers of the member's latest visits, newest first, then those that the member owns."""
        latest = (
            select(visits.c.customer_id, func.max(visits.c.updated_at).label("met_at"))
            .where(visits.c.member_id == member_id, visits.c.customer_id.is_not(None))
            .where(literally(visits.c.status, VisitStatus.DRAFT, VisitStatus.SAVED))
            .group_by(visits.c.customer_id)
            .subquery()
        )
        met = self.ledger.query().join(latest, latest.c.customer_id == customers.c.id)
        found = list(self.ledger.all(met.order_by(latest.c.met_at.desc(), customers.c.id).limit(limit)))
        if len(found) < limit:
            owned = self.ledger.query(customers.c.owner_id == member_id)
            rest = owned.where(customers.c.id.not_in([customer.id for customer in found]))
            found += self.ledger.all(rest.order_by(customers.c.id).limit(limit - len(found)))
        return tuple(found)

    def all(self) -> Sequence[Customer]:
        """Every customer."""
        return self.ledger.all(self.ledger.query().order_by(customers.c.id))

    def save(self, customer: Customer) -> Customer:
        """Store a customer."""
        return self.ledger.save(customer)

    def _keep_names(self, customer: Customer) -> None:
        self._drop_names(customer.id)
        for name in dict.fromkeys((customer.name, *customer.aliases)):
            row = {"name": name, "customer_id": customer.id}
            self._trail.connection.execute(insert(customer_names).values(row))

    def _drop_names(self, customer_id: int) -> None:
        dropped = delete(customer_names).where(customer_names.c.customer_id == customer_id)
        self._trail.connection.execute(dropped)
