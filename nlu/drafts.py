"""To and from the annotation guidelines' JSON: one line a note in, one draft a note out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.domain.understanding import Action, Field, Lexicon, LexiconEntry, Understanding, VisitFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """One line of a notes file."""

    id: str
    now: datetime
    text: str
    lexicon: Lexicon


def read_note(line: Mapping[str, Any]) -> NoteLine:
    """A parsed JSON line with id, now (ISO, aware), text and lexicon; ValueError where one is missing."""
    try:
        now = datetime.fromisoformat(line["now"])
        note = NoteLine(
            id=str(line["id"]),
            now=now,
            text=str(line["text"]),
            lexicon=lexicon_from_lists(line.get("lexicon") or {}),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a note line: {error}") from error
    if now.tzinfo is None:
        raise ValueError("not a note line: now has no zone")
    return note


def lexicon_from_lists(lists: Mapping[str, Iterable[Iterable[str]]]) -> Lexicon:
    """A lexicon from lists of names, the canonical one first in each; the canonical name is the key."""
    return Lexicon(
        customers=_entries(lists.get("customers", ())),
        contacts=_entries(lists.get("contacts", ())),
        competitors=_entries(lists.get("competitors", ())),
        products=_entries(lists.get("products", ())),
        colleagues=_entries(lists.get("colleagues", ())),
    )


def _entries(rows: Iterable[Iterable[str]]) -> tuple[LexiconEntry, ...]:
    named = (tuple(name for name in row if name) for row in rows)
    return tuple(LexiconEntry(key=names[0], names=names) for names in named if names)


def lists_of(lexicon: Lexicon) -> dict[str, list[list[str]]]:
    """A lexicon as lists of names, the full one first in each; what `lexicon_from_lists` reads."""
    return {
        each.name: [_names_of(entry) for entry in getattr(lexicon, each.name)] for each in fields(lexicon)
    }


def _names_of(entry: LexiconEntry) -> list[str]:
    return list(dict.fromkeys((entry.name, *entry.names)))


def draft_of(understanding: Understanding) -> dict[str, Any]:
    """The guidelines' shape; several visits are merged: the first customer, everything else united."""
    return draft_of_visits(understanding.visits)


def draft_of_visits(visits: Sequence[VisitFacts]) -> dict[str, Any]:
    """The same of bare facts, such as those of a stored record."""

    def values(field: Field) -> list[str]:
        said = (fact.value for visit in visits for fact in visit.of(field))
        return list(dict.fromkeys(said))

    customers = values(Field.CUSTOMER)
    return {
        "customer": customers[0] if customers else None,
        "contacts": values(Field.CONTACT),
        "decision_makers": values(Field.DECISION_MAKER),
        "actions": [_action_row(action) for visit in visits for action in visit.actions],
        "competitors": values(Field.COMPETITOR),
        "signals": values(Field.SIGNAL),
        "amounts": [_number(value) for value in values(Field.AMOUNT)],
    }


def _action_row(action: Action) -> dict[str, Any]:
    return {"kind": action.kind.value, "text": action.text, "due": action.due.iso() if action.due else None}


def _number(value: str) -> int | float:
    amount = Decimal(value)
    return int(amount) if amount == amount.to_integral_value() else float(amount)
