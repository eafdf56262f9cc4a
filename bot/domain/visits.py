"""Visit records: drafts that a rep confirms with one tap, and how they are supplemented and corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.messages import require_aware
from bot.domain.understanding import Action, Deadline, Fact, Field, Span, VisitFacts


class VisitStatus(StrEnum):
    """A draft waits for its tap; a saved record counts; a discarded one is kept for undo and audit only."""

    DRAFT = "draft"
    SAVED = "saved"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The customer's own words. Nobody can rewrite them: `digest` is the SHA-256 of the text."""

    text: str
    span: Span
    digest: str

    @classmethod
    def of(cls, fact: Fact) -> Quote:
        """Lock the words of a quote fact."""
        return cls(text=fact.value, span=fact.span, digest=hashlib.sha256(fact.value.encode()).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """One visit, draft or saved. `text` is all that was said, and every span of `facts` points into it."""

    id: int
    member_id: int
    status: VisitStatus
    text: str
    facts: VisitFacts
    created_at: datetime
    updated_at: datetime
    happened_on: date
    customer_id: int | None = None
    no_next_action: bool = False
    """The rep said by a tap that nothing follows."""
    progress: str = ""
    quotes: tuple[Quote, ...] = ()
    questions: tuple[str, ...] = ()
    """What was asked about this note, at most two."""
    media_refs: tuple[str, ...] = ()
    saved_at: datetime | None = None
    card_key: str = ""
    """The message on the rep's screen that shows this record."""
    private: bool = False

    def __post_init__(self) -> None:
        require_aware(self.created_at, "created_at")
        require_aware(self.updated_at, "updated_at")

    @property
    def number(self) -> str:
        """The number that people see: V1024."""
        return f"V{self.id}"

    @property
    def backfilled(self) -> bool:
        """Whether the note came on a later day than the visit (补录)."""
        return self.happened_on < self.created_at.date()

    @property
    def topic(self) -> str:
        """The topic; empty if unknown."""
        fact = self.facts.first(Field.TOPIC)
        return fact.value if fact else ""


def missing_fields(record: VisitRecord) -> tuple[str, ...]:
    """What still has to be known before the record is whole, in the order of asking."""
    missing = []
    if record.customer_id is None:
        missing.append("customer")
    if not record.facts.actions and not record.no_next_action:
        missing.append("next_action")
    if not record.topic:
        missing.append("topic")
    return tuple(missing)


def append_words(record: VisitRecord, text: str, facts: VisitFacts) -> tuple[VisitRecord, VisitFacts]:
    """Add a later message's words to the record; returns it and the facts with spans into the joined text."""
    joined = f"{record.text}\n{text}"
    return replace(record, text=joined), facts.shifted(len(record.text) + 1)


def append_literal(record: VisitRecord, words: str) -> tuple[VisitRecord, Span]:
    """Add tapped or literally taken words to the record's text; returns it and their span."""
    start = len(record.text) + 1
    return replace(record, text=f"{record.text}\n{words}"), Span(start, start + len(words))


def put_fact(record: VisitRecord, fact: Fact) -> VisitRecord:
    """The record with that fact as the only one of its field; for the customer, the question which is
    settled.
    """
    others = tuple(each for each in record.facts.facts if each.field is not fact.field)
    mentions = tuple(each for each in record.facts.mentions if each.field is not fact.field)
    facts = replace(record.facts, facts=(*others, fact), mentions=mentions)
    return replace(record, facts=facts)


def supplement(record: VisitRecord, text: str, facts: VisitFacts, *, at: datetime) -> VisitRecord:
    """Join a second note (补充 …): new facts are added, nothing is taken away.

    One-valued fields keep the first value.
    """
    record, added = append_words(record, text, facts)
    known = {(fact.field, fact.value) for fact in record.facts.facts}
    single = {Field.CUSTOMER, Field.TOPIC, Field.EVENT_ON}
    have = {fact.field for fact in record.facts.facts}
    fresh = tuple(
        fact
        for fact in added.facts
        if (fact.field, fact.value) not in known and not (fact.field in single and fact.field in have)
    )
    merged = VisitFacts(
        facts=record.facts.facts + fresh,
        actions=record.facts.actions + added.actions,
        mentions=record.facts.mentions,
    )
    quotes = record.quotes + tuple(Quote.of(fact) for fact in fresh if fact.field is Field.QUOTE)
    return replace(record, facts=merged, quotes=quotes, updated_at=at)


def correct(record: VisitRecord, text: str, facts: VisitFacts, *, at: datetime) -> VisitRecord:
    """Apply a spoken correction: each field that it names is replaced as a whole.

    All other fields stay as they are. Quotes are never touched. A corrected deadline goes to the last action.
    """
    record, changed = append_words(record, text, facts)
    due_facts = changed.of(Field.DUE)
    named = {fact.field for fact in changed.facts} - {Field.QUOTE, Field.DUE, Field.SIGNAL}
    if Field.DECISION_MAKER in named:
        # A person named as the decision maker is not thereby a correction of who was met.
        named -= {Field.CONTACT}
    kept = tuple(fact for fact in record.facts.facts if fact.field not in named)
    fresh = tuple(fact for fact in changed.facts if fact.field in named)
    actions = _correct_actions(record.facts.actions, changed.actions, due_facts=due_facts)
    merged = VisitFacts(facts=kept + fresh, actions=actions, mentions=record.facts.mentions)
    return replace(record, facts=merged, updated_at=at)


def _correct_actions(
    old: tuple[Action, ...], new: tuple[Action, ...], *, due_facts: Sequence[Fact]
) -> tuple[Action, ...]:
    if new:
        return new
    if not due_facts or not old:
        return old
    deadline = deadline_of(due_facts[-1])
    return (*old[:-1], replace(old[-1], due=deadline))


def deadline_of(fact: Fact) -> Deadline:
    """The deadline that a DUE fact names."""
    moment = datetime.fromisoformat(fact.value)
    clock = moment.time() if "T" in fact.value else None
    day = moment.date()
    return Deadline(start=day, end=day, at=clock, said=fact.said, span=fact.span, rule=fact.rule)
