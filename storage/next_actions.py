"""What reps promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.next_actions import NextAction, NextActionStatus
from storage.ledger import Ledger, Trail
from storage.tables import next_actions


class NextActions:
    """Promised deeds of saved visits."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(
            trail=trail, noun="next_action", kind=NextAction, table=next_actions, locks=True, withdrawn=_drop
        )

    def get(self, action_id: int) -> NextAction | None:
        """The deed of that id; reserved until the transaction ends."""
        return self.ledger.get(action_id)

    def of_visit(self, visit_id: int) -> Sequence[NextAction]:
        """The deeds of a record, whatever their status."""
        query = self.ledger.query(next_actions.c.visit_id == visit_id)
        return self.ledger.all(query.order_by(next_actions.c.id))

    def open_of(self, member_id: int) -> Sequence[NextAction]:
        """Open ones, by due time, those without one last."""
        query = self.ledger.query(
            next_actions.c.member_id == member_id, next_actions.c.status == NextActionStatus.OPEN
        )
        return self.ledger.all(query.order_by(next_actions.c.due_at.nulls_last(), next_actions.c.id))

    def save(self, action: NextAction) -> NextAction:
        """Store a deed."""
        return self.ledger.save(action)


def _drop(action: NextAction, at: datetime) -> NextAction:
    return replace(action, status=NextActionStatus.DROPPED, closed_at=at)
