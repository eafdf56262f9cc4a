"""Deals with customers: the stage they stand in, what proves it, and how they end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.errors import Stale
from bot.domain.messages import require_aware

TELLING_CHARACTERS = 3
"""So many characters of a deal's title in a note show that the note speaks of it."""


class OpportunityStatus(StrEnum):
    """Whether a deal is still worked on."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """An evidence action of a stage that was given: by a file, or by the rep's word."""

    stage_key: str
    proof_key: str
    at: datetime
    media_ref: str = ""


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
    """Why it was lost, or won."""
    closed_at: datetime | None = None
    proofs: tuple[Proven, ...] = ()

    def __post_init__(self) -> None:
        require_aware(self.stage_entered_at, "stage_entered_at")

    def in_stage(self, now: datetime) -> timedelta:
        """How long it has stood in its stage, until it ended."""
        return (self.closed_at or now) - self.stage_entered_at

    def has_proof(self, stage_key: str, proof_key: str) -> bool:
        """Whether that evidence action was given."""
        return any((each.stage_key, each.proof_key) == (stage_key, proof_key) for each in self.proofs)


def enter_stage(deal: Opportunity, stage_key: str, *, at: datetime) -> Opportunity:
    """The deal in that stage from `at` on; Stale if it is there already or has ended."""
    if deal.status is not OpportunityStatus.OPEN or deal.stage_key == stage_key:
        raise Stale
    return replace(deal, stage_key=stage_key, stage_entered_at=at)


def end_deal(deal: Opportunity, status: OpportunityStatus, *, reason: str, at: datetime) -> Opportunity:
    """The deal won or lost, with why; Stale if it has ended already."""
    if deal.status is not OpportunityStatus.OPEN or status is OpportunityStatus.OPEN:
        raise Stale
    return replace(deal, status=status, lost_reason=reason, closed_at=at)


def reopen_deal(deal: Opportunity) -> Opportunity:
    """The deal worked on again, in the stage where it stood; Stale if it is open."""
    if deal.status is OpportunityStatus.OPEN:
        raise Stale
    return replace(deal, status=OpportunityStatus.OPEN, lost_reason="", closed_at=None)


def prove(deal: Opportunity, proof_key: str, *, at: datetime, media_ref: str = "") -> Opportunity:
    """The deal with that evidence action of its present stage given; Stale if it was."""
    if deal.has_proof(deal.stage_key, proof_key):
        raise Stale
    given = Proven(stage_key=deal.stage_key, proof_key=proof_key, at=at, media_ref=media_ref)
    return replace(deal, proofs=(*deal.proofs, given))


def deals_meant(
    deals: Sequence[Opportunity], text: str, *, names: Iterable[str] = ()
) -> tuple[Opportunity, ...]:
    """The deals that a note of their customer may speak of: one where that is clear, else all.

    The one of the longest piece of its title in the note wins; `names` of the customer tell nothing.
    """
    if len(deals) < 2:
        return tuple(deals)
    lengths = {deal.id: _shared(_without(deal.title, names), text) for deal in deals}
    best = max(lengths.values())
    winners = tuple(deal for deal in deals if lengths[deal.id] == best)
    return winners if best >= TELLING_CHARACTERS and len(winners) == 1 else tuple(deals)


def _without(title: str, names: Iterable[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        title = title.replace(name, " ")
    return title


def _shared(title: str, text: str) -> int:
    """The length of the longest piece of the title, without blanks, that the text has."""
    for length in range(len(title), 0, -1):
        pieces = (title[start : start + length] for start in range(len(title) - length + 1))
        if any(" " not in piece and piece in text for piece in pieces):
            return length
    return 0
