"""What a note means: facts with the words they came from. No span, no fact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from datetime import time as clock_time
from enum import StrEnum


class Intent(StrEnum):
    """What the person wants with a message."""

    REPORT = "report"
    SUPPLEMENT = "supplement"
    CORRECTION = "correction"
    UNDO = "undo"
    QUERY = "query"
    SMALL_TALK = "small_talk"
    NOTHING = "nothing"
    """Empty, emoji only, or no word that can be worked with."""


class Field(StrEnum):
    """What a fact is about."""

    CUSTOMER = "customer"
    CONTACT = "contact"
    DECISION_MAKER = "decision_maker"
    COMPETITOR = "competitor"
    PRODUCT = "product"
    SIGNAL = "signal"
    AMOUNT = "amount"
    """Yuan, as a plain decimal string: 1285000, 0.42."""
    TOPIC = "topic"
    QUOTE = "quote"
    PROGRESS = "progress"
    NEED_SCENE = "need_scene"
    TRIED_SOLUTION = "tried_solution"
    HABIT = "habit"
    EVENT_ON = "event_on"
    """The day of the visit as an ISO date, where the note says another than today (昨天拜访了…)."""
    DUE = "due"
    """Only in corrections: a new deadline for the next action, as ISO date or ISO minute."""


class Signal(StrEnum):
    """The closed list of what a note may say of a deal."""

    INTENT = "intent"
    PRICE = "price"
    BUDGET = "budget"
    TENDER = "tender"
    COMPARE = "compare"
    AUTHORITY = "authority"
    TIMING = "timing"
    INCUMBENT = "incumbent"
    TECHNICAL = "technical"
    DELIVERY = "delivery"
    SERVICE = "service"
    TRUST = "trust"
    CONTACT_CHANGE = "contact_change"


class ActionKind(StrEnum):
    """The closed list of what our side may do next."""

    SEND_QUOTE = "send_quote"
    SEND_PROPOSAL = "send_proposal"
    SEND_MATERIAL = "send_material"
    SEND_SAMPLE = "send_sample"
    VISIT = "visit"
    CALL = "call"
    MEETING = "meeting"
    DEMO = "demo"
    CONTRACT = "contract"
    PAYMENT = "payment"
    INTERNAL = "internal"
    SERVICE = "service"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (exclusive) of the raw note."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def shifted(self, by: int) -> Span:
        """The same words in a text that has `by` more characters in front."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value with the words it came from.

    `value` is normalised (canonical name, decimal amount, ISO date, member of a closed list); `said` are the
    raw words at `span`; `rule` names the rule that read them; `confidence` is 0 to 1, below 0.6 is asked, not
    shown as sure.
    """

    field: Field
    value: str
    span: Span
    said: str
    rule: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The last day, `end`, on which a deed is in time.

    `start` differs where a range was said (下周); `at` is a clock time.
    """

    start: date
    end: date
    said: str
    span: Span
    rule: str
    at: clock_time | None = None
    inferred: bool = False
    """True where it was taken over from a neighbouring clause or the customer's own event."""

    def iso(self) -> str:
        """`2026-11-27`, or `2026-11-27T15:00` where a clock time was said."""
        return f"{self.end.isoformat()}T{self.at:%H:%M}" if self.at else self.end.isoformat()

    def moment(self, zone_of: datetime) -> datetime:
        """The instant from which it is late: the clock time, else 18:00 of the last day, in that zone."""
        return datetime.combine(self.end, self.at or clock_time(18, 0), tzinfo=zone_of.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What our side is to do next; `text` is the shortest span with verb and object."""

    kind: ActionKind
    text: str
    span: Span
    rule: str
    due: Deadline | None = None
    quantity: str = ""
    """A count that belongs to the object, as said: 三份, 两套."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name that fits several known entities: to be asked, never guessed.

    `candidates` are `LexiconEntry.key`s.
    """

    field: Field
    said: str
    span: Span
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """What a note says of one customer."""

    facts: tuple[Fact, ...] = ()
    actions: tuple[Action, ...] = ()
    mentions: tuple[Mention, ...] = ()

    def of(self, field: Field) -> tuple[Fact, ...]:
        """The facts of one field, in the order said."""
        return tuple(fact for fact in self.facts if fact.field is field)

    def first(self, field: Field) -> Fact | None:
        """The first fact of a field, or None."""
        return next((fact for fact in self.facts if fact.field is field), None)

    def signals(self) -> frozenset[Signal]:
        """The signals among the facts."""
        return frozenset(Signal(fact.value) for fact in self.of(Field.SIGNAL))

    def shifted(self, by: int) -> VisitFacts:
        """The same facts with every span moved by `by` characters."""
        return VisitFacts(
            facts=tuple(replace(fact, span=fact.span.shifted(by)) for fact in self.facts),
            actions=tuple(_shift_action(action, by) for action in self.actions),
            mentions=tuple(replace(mention, span=mention.span.shifted(by)) for mention in self.mentions),
        )


def _shift_action(action: Action, by: int) -> Action:
    due = replace(action.due, span=action.due.span.shifted(by)) if action.due else None
    return replace(action, span=action.span.shifted(by), due=due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """A whole note.

    `visits` has one entry a customer; a note of one customer, or of none, has exactly one.
    """

    text: str
    intent: Intent
    visits: tuple[VisitFacts, ...]
    withdrawn: tuple[Fact, ...] = ()
    """Struck out by a self-correction (下周三，哦不对，下周四): kept as evidence, never shown as a value."""

    @property
    def visit(self) -> VisitFacts:
        """The first, mostly the only, customer's facts."""
        return self.visits[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconEntry:
    """A known name: `names[0]` is canonical, the others are what people say.

    `key` is ours, e.g. a customer id.
    """

    key: str
    names: tuple[str, ...]
    belongs_to: str = ""
    """For a contact, the key of the customer."""

    @property
    def name(self) -> str:
        """The canonical name."""
        return self.names[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What the company knows, as far as this rep may see it; read from storage for each turn."""

    customers: tuple[LexiconEntry, ...] = ()
    contacts: tuple[LexiconEntry, ...] = ()
    competitors: tuple[LexiconEntry, ...] = ()
    products: tuple[LexiconEntry, ...] = ()
    colleagues: tuple[LexiconEntry, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Every name that a recogniser may be primed with, the shorter (spoken) ones first in an entry."""
        entries = (*self.customers, *self.contacts, *self.competitors, *self.products, *self.colleagues)
        return tuple(dict.fromkeys(name for entry in entries for name in sorted(entry.names, key=len)))
