"""Process checks to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from bot.domain.nodes import NodeItem, NodeStatus
from storage.ledger import Ledger, Trail
from storage.tables import node_items


class NodeItems:
    """Process checks to be done."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self.ledger = Ledger(
            trail=trail, noun="node_item", kind=NodeItem, table=node_items, locks=True, withdrawn=_cancel
        )

    def get(self, item_id: int) -> NodeItem | None:
        """The check of that id; reserved until the transaction ends."""
        return self.ledger.get(item_id)

    def open_of(self, member_id: int) -> Sequence[NodeItem]:
        """Open ones, by due time."""
        query = self.ledger.query(node_items.c.member_id == member_id, node_items.c.status == NodeStatus.OPEN)
        return self.ledger.all(query.order_by(node_items.c.due_at, node_items.c.id))

    def open_keys(self, customer_id: int) -> frozenset[str]:
        """The node keys that are open for the customer."""
        query = select(node_items.c.node_key).where(
            node_items.c.customer_id == customer_id, node_items.c.status == NodeStatus.OPEN
        )
        return frozenset(self._trail.connection.execute(query).scalars())

    def of_visit(self, visit_id: int) -> Sequence[NodeItem]:
        """The checks that a record opened, whatever their status."""
        query = self.ledger.query(node_items.c.visit_id == visit_id)
        return self.ledger.all(query.order_by(node_items.c.id))

    def save(self, item: NodeItem) -> NodeItem:
        """Store a check."""
        return self.ledger.save(item)


def _cancel(item: NodeItem, at: datetime) -> NodeItem:
    return replace(item, status=NodeStatus.CANCELLED, closed_at=at)
