"""Reads what a correction changes: 不对，是这周五，还有决策人是采购部王主任."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.understanding import Fact, Field
from nlu.names import NameKind
from nlu.persons import DEPARTMENT
from nlu.reading import Reading

_LABEL = r"(?:应该)?(?:改成|改为|改到|换成|应该是|是|为|:|,)+"
_TOPIC = re.compile(rf"主题{_LABEL}(?P<value>[^,。;]{{2,12}})")
_CONTACT = re.compile(rf"(?:联系人|对接人|对接的){_LABEL}$")
_DECIDER = re.compile(rf"(?:决策人|拍板人?|拍板的|决策者|说了算的){_LABEL}$")
_DECIDING_DEPARTMENT = re.compile(
    rf"(?:决策人|拍板人?|决策者){_LABEL}(?P<value>(?:集团|总部)?{DEPARTMENT}|董事会|老板|总部|院长|校长)(?=,|。|$|和)"
)
_CUSTOMER = re.compile(rf"客户(?:名称?)?{_LABEL}(?P<value>[^,。;]{{2,20}})")
_NOT_BUT = re.compile(r"不是(?P<old>[^,。;]{1,20}?)[,。 ]*(?:而)?(?:应该)?是(?P<new>[^,。;]{1,20})")
_NEXT_STEP = re.compile(rf"(?:下一步|下步|动作|跟进){_LABEL}")


def next_step_at(text: str) -> int | None:
    """Where the words of a corrected next step begin."""
    match = _NEXT_STEP.search(text)
    return match.end() if match and match.end() < len(text) else None


def struck_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The wrong halves of 不是康联，是德力."""
    return tuple(match.span("old") for match in _NOT_BUT.finditer(text))


def read_corrections(reading: Reading, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The corrected facts: those found as in any note, without the struck halves, and what labels say."""
    struck = [reading.script.span(*span) for span in struck_spans(reading.text)]
    kept = [
        fact
        for fact in facts
        if fact.field in _CORRECTABLE
        and not any(s.start <= fact.span.start and fact.span.end <= s.end for s in struck)
    ]
    labelled = list(_labelled(reading))
    deciders = {fact.value for fact in labelled if fact.field is Field.DECISION_MAKER}
    kept = [
        fact
        for fact in kept
        if not (fact.field is Field.CONTACT and fact.value in deciders)
        and fact.field is not Field.TOPIC
        and fact.value not in {new.value for new in labelled if new.field is fact.field}
    ]
    return (*kept, *labelled)


_CORRECTABLE = frozenset(
    {
        Field.CUSTOMER, Field.CONTACT, Field.DECISION_MAKER, Field.AMOUNT, Field.COMPETITOR, Field.PRODUCT,
        Field.EVENT_ON, Field.TOPIC,
    }
)  # fmt: skip


def _labelled(reading: Reading) -> Iterator[Fact]:
    yield from _new_deadline(reading)
    yield from _named_people(reading)
    people = [(person.start, person.end) for person in reading.people]
    for field, pattern in _LABELLED:
        for match in pattern.finditer(reading.text):
            start, end = match.span("value")
            if field is Field.CUSTOMER and reading.named(NameKind.CUSTOMER):
                continue
            if field is Field.TOPIC or all(end <= a or b <= start for a, b in people):
                said = reading.script.said(start, end)
                yield reading.fact(field, said, start, end, rule=f"corrections.{field}")


_LABELLED = (
    (Field.DECISION_MAKER, _DECIDING_DEPARTMENT),
    (Field.TOPIC, _TOPIC),
    (Field.CUSTOMER, _CUSTOMER),
)


def _new_deadline(reading: Reading) -> Iterator[Fact]:
    struck = struck_spans(reading.text)
    today = reading.now.date()
    ahead = [date for date in reading.dates if date.end >= today and not _is_inside(date.span.start, struck)]
    if ahead:
        deadline = reading.deadline(ahead[-1])
        yield Fact(
            field=Field.DUE,
            value=deadline.iso(),
            span=deadline.span,
            said=deadline.said,
            rule="corrections.due",
        )


def _is_inside(place: int, spans: tuple[tuple[int, int], ...]) -> bool:
    return any(start <= place < end for start, end in spans)


def _named_people(reading: Reading) -> Iterator[Fact]:
    for person in reading.people:
        before = reading.text[max(0, person.said_from - 12) : person.said_from]
        for field, label in ((Field.DECISION_MAKER, _DECIDER), (Field.CONTACT, _CONTACT)):
            if label.search(before):
                rule = f"corrections.{field}"
                yield reading.fact(field, person.name, person.said_from, person.end, rule=rule)
                break
