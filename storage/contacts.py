"""People at customers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customers import Contact
from storage.ledger import Ledger, Trail
from storage.tables import contacts


class Contacts:
    """People at customers."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="contact", kind=Contact, table=contacts, named=True)

    def of(self, customer_id: int) -> Sequence[Contact]:
        """The customer's people, those who left too."""
        query = self.ledger.query(contacts.c.customer_id == customer_id)
        return self.ledger.all(query.order_by(contacts.c.id))

    def save(self, contact: Contact) -> Contact:
        """Store a contact."""
        return self.ledger.save(contact)
