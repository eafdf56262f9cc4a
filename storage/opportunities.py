"""Deals with customers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.opportunities import Opportunity, OpportunityStatus
from storage.ledger import Ledger, Trail
from storage.tables import opportunities


class Opportunities:
    """Deals."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="opportunity", kind=Opportunity, table=opportunities)

    def open_of(self, customer_id: int) -> Sequence[Opportunity]:
        """The customer's open deals, the newest stage first."""
        query = self.ledger.query(
            opportunities.c.customer_id == customer_id, opportunities.c.status == OpportunityStatus.OPEN
        )
        newest_first = (opportunities.c.stage_entered_at.desc(), opportunities.c.id.desc())
        return self.ledger.all(query.order_by(*newest_first))

    def of(self, customer_id: int) -> Sequence[Opportunity]:
        """Every deal with the customer, won and lost ones too, oldest first."""
        query = self.ledger.query(opportunities.c.customer_id == customer_id)
        return self.ledger.all(query.order_by(opportunities.c.id))

    def save(self, opportunity: Opportunity) -> Opportunity:
        """Store a deal."""
        return self.ledger.save(opportunity)
