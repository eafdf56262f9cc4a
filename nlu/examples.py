"""A corrected note as a labelled example, in the annotation guidelines' shape."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.understanding import Action, Fact, Lexicon, VisitFacts
from bot.domain.visits import VisitRecord
from nlu.drafts import draft_of_visits, lists_of


def example_of(read: VisitRecord, saved: VisitRecord, *, lexicon: Lexicon) -> dict[str, Any]:
    """The note as first told, what was read in it (`draft`) and what its rep made of it (`gold`).

    What a rep only added later is left out: the note did not say it, so no reader could find it there.
    """
    return {
        "id": read.number,
        "now": read.created_at.isoformat(),
        "text": read.text,
        "lexicon": lists_of(lexicon),
        "draft": draft_of_visits((read.facts,)),
        "gold": draft_of_visits((_told_in(read, saved.facts),)),
    }


def _told_in(read: VisitRecord, facts: VisitFacts) -> VisitFacts:
    misread = {fact.field for fact in read.facts.facts} | {each.field for each in read.facts.mentions}

    def is_told(fact: Fact) -> bool:
        return fact.span.end <= len(read.text) or fact.value in read.text or fact.field in misread

    def is_planned(action: Action) -> bool:
        return action.span.end <= len(read.text) or action.text in read.text

    return replace(
        facts,
        facts=tuple(filter(is_told, facts.facts)),
        actions=tuple(filter(is_planned, facts.actions)),
    )
