"""What proves that a check is done: files, voice, forms, roles, risks with a strategy, a matching list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.customers import BuyingRole, Contact
from bot.domain.understanding import Field, Signal, VisitFacts

WANTED_ROLES = (BuyingRole.INITIATOR, BuyingRole.INFLUENCER, BuyingRole.VETOER)


class Evidence(StrEnum):
    """One part of the proof of a node."""

    ATTESTED = "attested"
    VOICE = "voice"
    FILE = "file"
    FORM = "form"
    ROLES = "roles"
    RISK = "risk"
    """A risk type with the strategy that answers it."""
    MATCH = "match"
    """The models of the offer against what the customer has bought; attested where no list is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One line of a form: what it is called, how people may call it, and what of a note fills it in."""

    key: str
    name: str
    words: tuple[str, ...] = ()
    from_fields: tuple[Field, ...] = ()
    from_signals: tuple[Signal, ...] = ()
    options: tuple[str, ...] = ()
    """Answers that a tap can give."""
    only_on: frozenset[Signal] = frozenset()
    """Asked for only where one of these signals opened the node; empty means wherever none of them did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """One type of risk with the strategies that answer it, the usual one first."""

    key: str
    name: str
    signals: frozenset[Signal] = frozenset()
    strategies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One thing told or sent as proof: the key of a form's line or of a kind of evidence, and its value."""

    key: str
    value: str


def put_answer(answers: tuple[Answer, ...], key: str, value: str) -> tuple[Answer, ...]:
    """The answers with that one; a former one of the same key is replaced where it stood."""
    new = Answer(key=key, value=value)
    if any(answer.key == key for answer in answers):
        return tuple(new if answer.key == key else answer for answer in answers)
    return (*answers, new)


def answer_of(answers: Iterable[Answer], key: str) -> str:
    """The value told under that key; empty if there is none."""
    return next((answer.value for answer in answers if answer.key == key), "")


def pick_form(fields: Sequence[FormField], signals: frozenset[Signal]) -> tuple[str, ...]:
    """The keys that a node asks for when these signals opened it: lines of their own, else the usual ones."""
    special = tuple(field.key for field in fields if field.only_on & signals)
    return special or tuple(field.key for field in fields if not field.only_on)


def prefill(fields: Sequence[FormField], facts: VisitFacts, *, names: dict[str, str]) -> tuple[Answer, ...]:
    """What a note already says of the form; `names` are the words for members of closed lists.

    Signals are told by their name (价格), other facts by their value.
    """
    answers: tuple[Answer, ...] = ()
    for field in fields:
        told = [names.get(f.value, f.value) for wanted in field.from_fields for f in facts.of(wanted)]
        found = [f for f in facts.of(Field.SIGNAL) if Signal(f.value) in field.from_signals]
        told += [names.get(f.value, f.value) for f in found] if field.options else [f.said for f in found]
        if told:
            answers = put_answer(answers, field.key, "、".join(dict.fromkeys(told)))
    return answers


def find_risk(risks: Sequence[Risk], trigger: str) -> Risk | None:
    """The risk type that the signal `trigger` means, or the one of that key."""
    return next((each for each in risks if each.key == trigger or trigger in each.signals), None)


def missing_roles(contacts: Iterable[Contact]) -> tuple[BuyingRole, ...]:
    """The roles that nobody at the customer is known to have."""
    known = {contact.role for contact in contacts if contact.active}
    return tuple(role for role in WANTED_ROLES if role not in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How much of an offer's list the customer has bought before."""

    models: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def percent(self) -> int:
        """0 to 100, rounded down: 89.9 is no 90."""
        return (len(self.models) - len(self.unknown)) * 100 // len(self.models) if self.models else 0


_SIGNS = re.compile(r"[,;|/\n、，；。]+")
_BLANKS = re.compile(r"\s+")
_TRIVIAL = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


def match_models(text: str, purchased: Iterable[str]) -> Match:
    """The models listed in `text` against those purchased; case, blanks and dashes make no difference."""
    known = {_plain(model) for model in purchased}
    # Between signs a model may hold a blank; where there is none, blanks stand between the models.
    listed = _SIGNS.split(text.strip()) if _SIGNS.search(text.strip(" 。")) else _BLANKS.split(text)
    models = tuple(dict.fromkeys(word.strip() for word in listed if _plain(word)))
    return Match(models=models, unknown=tuple(model for model in models if _plain(model) not in known))


def _plain(model: str) -> str:
    return _TRIVIAL.sub("", model.casefold())
