"""Deals with customers and the stage they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.messages import require_aware


class OpportunityStatus(StrEnum):
    """Whether a deal is still worked on."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """One deal; `stage_key` names a stage of the playbook, `amount` is in yuan."""

    id: int
    customer_id: int
    owner_id: int
    title: str
    stage_key: str
    stage_entered_at: datetime
    amount: Decimal | None = None
    status: OpportunityStatus = OpportunityStatus.OPEN
    lost_reason: str = ""

    def __post_init__(self) -> None:
        require_aware(self.stage_entered_at, "stage_entered_at")
