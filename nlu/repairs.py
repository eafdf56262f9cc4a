"""Self-corrections: what a speaker takes back (哦不对, 说错了) is struck out, never shown as a value."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.understanding import Fact, Field
from nlu.names import NameKind
from nlu.reading import Reading

_CUE = re.compile(
    r"[,。、 …—]{0,3}(?:(?:哦|噢|喔|啊|呀|哎|唉|诶|呃|嗯|额)[,、 ]{0,2}(?:不对|不是|错了|说错了?|记错了|不不)"
    r"|(?<![这也可还都])不对(?!劲|账|称)|说错了?|"
    r"记岔了|记错了|口误|更正一下|纠正一下|(?:应该|准确地?)说?是(?=[^,。]{1,8}$)|我是说|不不不?)"
    r"(?:[,、 ]{0,2}(?:不对|不是|是|应该是|应该|改成|改为|我记[岔错]了|说错了|哦|啊))*[,、 :]*"
)
_REACH_BACK, _REACH_ON = 14, 10
_WHOLE_PHRASE = re.compile(r"没有?说错|不对(?:吗|吧|口|方|比)")


@dataclass(frozen=True, slots=True)
class Cue:
    """Where a speaker says that the words before were wrong."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Placed:
    """One thing said, of one type, whatever it is."""

    kind: str
    start: int
    end: int
    what: object


def find_cues(text: str) -> tuple[Cue, ...]:
    """Every cue of a self-correction, in order."""
    return tuple(
        Cue(match.start(), match.end())
        for match in _CUE.finditer(text)
        if match.start() > 0 and not _WHOLE_PHRASE.match(text, max(0, match.start() - 1))
    )


def withdraw(reading: Reading) -> tuple[Reading, tuple[Fact, ...]]:
    """The reading without what its corrections struck out, and that as evidence."""
    cues = find_cues(reading.text)
    if not cues:
        return reading, ()
    placed = _placed(reading)
    struck: list[_Placed] = []
    gone: set[int] = set()
    for cue in cues:
        old = _struck_by(cue, placed, gone)
        if old is not None:
            struck.append(old)
            gone.add(id(old.what))
    facts = tuple(
        reading.fact(
            _FIELDS[item.kind], reading.text[item.start : item.end], item.start, item.end, rule="repairs.cue"
        )
        for item in struck
    )
    return _without(reading, gone, {item.what for item in struck if item.kind == "person"}), facts


_FIELDS = {
    "date": Field.DUE,
    "amount": Field.AMOUNT,
    "person": Field.CONTACT,
    "customer": Field.CUSTOMER,
    "competitor": Field.COMPETITOR,
    "product": Field.PRODUCT,
}
_NAME_KINDS = {
    NameKind.CUSTOMER: "customer",
    NameKind.COMPETITOR: "competitor",
    NameKind.PRODUCT: "product",
    NameKind.CONTACT: "person",
    NameKind.COLLEAGUE: "colleague",
}


def _placed(reading: Reading) -> list[_Placed]:
    items = [_Placed("date", date.span.start, date.span.end, date) for date in reading.dates]
    items += [_Placed("amount", amount.span.start, amount.span.end, amount) for amount in reading.amounts]
    items += [_Placed("person", person.start, person.end, person) for person in reading.people]
    items += [_Placed("customer", org.start, org.end, org) for org in reading.organisations]
    items += [_Placed(_NAME_KINDS[hit.kind], hit.start, hit.end, hit) for hit in reading.names]
    return sorted((item for item in items if item.kind in _FIELDS), key=lambda item: item.start)


def _struck_by(cue: Cue, placed: Sequence[_Placed], gone: set[int]) -> _Placed | None:
    """The nearest thing before the cue that is of the type of the first thing after it."""
    first = bisect_left(placed, cue.start - 2 * _REACH_BACK, key=lambda item: item.start)
    last = bisect_left(placed, cue.end + _REACH_ON + 1, key=lambda item: item.start)
    near = [item for item in placed[first:last] if id(item.what) not in gone]
    after = [item for item in near if item.start >= cue.end]
    before = [item for item in near if cue.start - _REACH_BACK <= item.end <= cue.start]
    for new in after:
        for old in reversed(before):
            if _same_type(old.kind, new.kind):
                return old
    return None


def _same_type(old: str, new: str) -> bool:
    return old == new or {old, new} == {"customer", "competitor"}


def _without(reading: Reading, gone: set[int], people: set[object]) -> Reading:
    names = {getattr(person, "name", "") for person in people}
    keep: Callable[[object], bool] = lambda item: id(item) not in gone  # noqa: E731
    return replace(
        reading,
        dates=tuple(filter(keep, reading.dates)),
        amounts=tuple(filter(keep, reading.amounts)),
        organisations=tuple(filter(keep, reading.organisations)),
        names=tuple(filter(keep, reading.names)),
        people=tuple(person for person in reading.people if keep(person) and person.name not in names),
    )
