"""Deals and customers of a team from which nothing new is heard, and what customers object to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.understanding import Fact, Field, Signal, VisitFacts

NO_OBJECTIONS = frozenset({Signal.INTENT, Signal.CONTACT_CHANGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDeal:
    """One open deal as a supervisor's list needs it; `heard_at` is the newest saved record's moment.

    `quote` is the customer's last words in a record that is not private; empty where there are none.
    """

    opportunity_id: int
    owner_id: int
    customer_id: int
    customer: str
    stage_key: str
    stage_entered_at: datetime
    heard_at: datetime | None = None
    quote: str = ""
    settled: frozenset[str] = frozenset()
    """What the rep has answered for the deal's present stage: its proofs, and reminders not wanted again."""

    @property
    def silent_since(self) -> datetime:
        """Since when nothing new is known: the last record, or the entry into the stage without one."""
        return self.heard_at or self.stage_entered_at


def silent_deals(deals: Iterable[TeamDeal], *, longer_than: timedelta, now: datetime) -> tuple[TeamDeal, ...]:
    """The deals without a record for longer than that, the longest silence first."""
    found = [deal for deal in deals if now - deal.silent_since > longer_than]
    return tuple(sorted(found, key=lambda deal: (deal.silent_since, deal.opportunity_id)))


def stalled_deals(
    deals: Iterable[TeamDeal], *, longer_than: timedelta, now: datetime
) -> tuple[TeamDeal, ...]:
    """The deals that have stood in their stage for longer than that, the longest first."""
    found = [deal for deal in deals if now - deal.stage_entered_at > longer_than]
    return tuple(sorted(found, key=lambda deal: (deal.stage_entered_at, deal.opportunity_id)))


def whole_days(since: datetime, now: datetime) -> int:
    """How many whole days have gone by."""
    return max(0, (now - since).days)


def objections_of(facts: VisitFacts) -> tuple[Fact, ...]:
    """What the customer objected to in one note: every signal but a wish to buy and a change of people."""
    return tuple(fact for fact in facts.of(Field.SIGNAL) if Signal(fact.value) not in NO_OBJECTIONS)
