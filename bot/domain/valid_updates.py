"""Valid updates (有效更新): a record counts only if it says something of its customer that was not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.domain.understanding import Action, ActionKind, Fact, Field
from bot.domain.visits import News, VisitRecord

KNOWN_FOR = timedelta(days=90)
"""What was last said longer ago than this and comes up again is news."""

_SURE = 0.6
"""Below that confidence a fact is asked about, not known."""
_ANSWERS = frozenset({"tap", "answer.literal"})
"""Rules of what the bot asked for: a topic that was tapped tells nothing of the customer."""
_ROUTINE = frozenset({ActionKind.CALL, ActionKind.VISIT, ActionKind.OTHER})
"""To call or come again is what every filler note promises."""
_TELLING = {Field(each.value): each for each in News if each not in (News.ACTION, News.STAGE)}
NO_PROGRESS = "none"
"""「无进展」, tapped: an answer, and no news."""
_WORDS = re.compile(r"\w+")


def find_news(
    record: VisitRecord, *, earlier: Sequence[VisitRecord], contacts: Iterable[str] = ()
) -> tuple[News, ...]:
    """What the record says that neither the customer's `earlier` records nor the list of `contacts` did.

    Each kind once, in the order said; empty for 「已电话沟通」. The caller leaves out of `earlier` what is
    older than `KNOWN_FOR`.
    """
    known = {key for each in earlier for fact in each.facts.facts for key in _keys(fact)}
    known |= {(Field.CONTACT, name) for name in contacts}
    known |= {(Field.PROGRESS, each.progress) for each in earlier}
    promised = {_promise(action) for each in earlier for action in each.facts.actions}
    found: list[News] = [
        _TELLING[fact.field]
        for fact in record.facts.facts
        if _tells(fact, record) and not known.issuperset(_keys(fact))
    ]
    if record.progress not in ("", NO_PROGRESS) and (Field.PROGRESS, record.progress) not in known:
        # Also where it was tapped, and no words of the note tell it.
        found.append(News.PROGRESS)
    if any(_has_content(action) and _promise(action) not in promised for action in record.facts.actions):
        found.append(News.ACTION)
    return tuple(dict.fromkeys(found))


def _tells(fact: Fact, record: VisitRecord) -> bool:
    if fact.field not in _TELLING or fact.confidence < _SURE:
        return False
    if fact.field is Field.QUOTE:
        # What merely follows 「说」 may be a courtesy; words in quotation marks were worth dictating.
        return fact.confidence >= 1
    if fact.field is Field.TOPIC:
        of_action = any(action.span == fact.span for action in record.facts.actions)
        return not of_action and fact.rule not in _ANSWERS
    return True


def _keys(fact: Fact) -> set[tuple[Field, str]]:
    """A topic is news by each of its words, everything else by its value."""
    values = _WORDS.findall(fact.value) if fact.field is Field.TOPIC else (fact.value,)
    return {(fact.field, value) for value in values}


def _has_content(action: Action) -> bool:
    if action.rule in _ANSWERS and action.due is None:
        return False
    return action.kind not in _ROUTINE


def _promise(action: Action) -> tuple[ActionKind, str, str]:
    return (action.kind, action.text, action.quantity)
