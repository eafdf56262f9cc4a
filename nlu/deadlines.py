"""Gives every deed its last day: that of its own clause, else one it shares, else the customer's event."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.understanding import ActionKind, Deadline
from nlu.clauses import Clause, Owner
from nlu.masks import named
from nlu.reading import Reading

_SHARES = re.compile(r"一起|一并|同时|顺便|顺带|随货|一道|另外再?(?=带)|并(?!且)|也(?=带|寄|发|一)")
_TAKEN_ALONG = re.compile(r"带.{1,12}(?:过去|去|$)|带上")
_OPEN_ENDED = re.compile(
    r"尽快|马上|抓紧|赶紧|赶快|回头|有空|抽空|越快越好|第一时间|随时|改天|过(?:一)?阵子|批了|下次"
)
_EVENT = re.compile(
    r"碰|开会|会议|上会|过会|评审|评标|讨论|开标|投标|招标|审批|汇报|董事会|例会|要用|开业|进场|上线|投产|开工|验收|审核|审计|比价|决定|定下|"
    r"回话|答复|检查|考察|交货|发货|启动|立项|采购|办公会|委员会|党委会|谈|开(?:$|,)|讲标|参展|展会|装修|入住|开学|试产|来人|定标|要(?:给|拿|交)|结婚|生日|开业|乔迁|庆典|年会"
)
_NOT_EVENT = re.compile(r"到期|签到|合同到|截止到|之前的|到现在|去年|回来|放假|休假|出差|离职|投诉")

Place = tuple[int, int, int, ActionKind]
"""Number of the clause, start and end in the plain text, and kind of a deed."""


def attach_deadlines(reading: Reading, deeds: Sequence[Place]) -> tuple[Deadline | None, ...]:
    """One deadline, or None, for each deed, in their order."""
    own = [_own(reading, deeds, index) for index in range(len(deeds))]
    found: list[Deadline | None] = []
    for index, (clause, start, end, kind) in enumerate(deeds):
        due = own[index] or _before_named_event(reading, clause)
        if due is None and not _is_open_ended(reading, clause, start, end):
            due = _shared(reading, deeds, index, found) or _together_later(reading, deeds, index, own)
            if due is None and kind not in (ActionKind.INTERNAL, ActionKind.CALL):
                due = _event(reading, clause, deeds)
        found.append(due)
    return tuple(found)


def _own(reading: Reading, deeds: Sequence[Place], index: int) -> Deadline | None:
    """The last date before the deed in its clause, else the first after it begins."""
    clause, start, _end, _ = deeds[index]
    place = reading.clauses[clause]
    since = max([place.start, *(b for c, a, b, _ in deeds[:index] if c == clause and b <= start)])
    dates = [date for date in reading.dates_in(since, place.end) if date.end >= reading.now.date()]
    before = [date for date in dates if date.span.start < start]
    after = [date for date in dates if date.span.start >= start]
    if before:
        return reading.deadline(before[-1])
    if after:
        return reading.deadline(after[-1] if _is_choice(reading, after) else after[0])
    return _dangling(reading, clause, start)


def _is_choice(reading: Reading, dates: list) -> bool:  # type: ignore[type-arg]
    if len(dates) < 2:
        return False
    between = reading.text[dates[0].span.end : dates[1].span.start]
    return between in ("或者", "或", "还是", "、", "要么")


_ONLY_A_DATE = re.compile(
    named(
        r"(?:大概|就|最[晚迟]|在|也|最好|,)*<date>(?:之?前|内|以内)?(?:就行|就要|就可以|可以|要|必须|必要|给[他她]|给|交|发|到|弄好|弄完|做完|完成|搞定|办完|交|的话|吧|哦|嘛)*"
    )
)


def _dangling(reading: Reading, clause: int, start: int) -> Deadline | None:
    """A clause that is nothing but a date belongs to the deed after it, or before it."""
    for number in (clause - 1, clause - 2, clause + 1, clause + 2):
        if 0 <= number < len(reading.clauses):
            place = reading.clauses[number]
            if (
                number == clause - 2
                and reading.clauses[clause - 1].end - reading.clauses[clause - 1].start > 4
            ):
                continue
            dates = [d for d in reading.dates_in(place.start, place.end) if d.end >= reading.now.date()]
            if not dates or (number < clause and place.sentence != reading.clauses[clause].sentence):
                continue
            if _ONLY_A_DATE.fullmatch(reading.masked, place.start, place.end):
                return reading.deadline(dates[-1])
    return None


def _is_open_ended(reading: Reading, clause: int, start: int, end: int) -> bool:
    place = reading.clauses[clause]
    return bool(_OPEN_ENDED.search(reading.text, place.start, place.end))


def _shared(
    reading: Reading, deeds: Sequence[Place], index: int, found: list[Deadline | None]
) -> Deadline | None:
    """A deed said along with the one before it has the same day."""
    if index == 0 or found[index - 1] is None:
        return None
    clause, _start, _, kind = deeds[index]
    earlier = deeds[index - 1]
    gap = clause - earlier[0]
    place = reading.clauses[clause]
    if gap == 0 or (gap <= 2 and _SHARES.search(reading.text, place.start, place.end)):
        return _taken_over(found[index - 1])
    visited = earlier[3] in (ActionKind.VISIT, ActionKind.CONTRACT, ActionKind.DEMO, ActionKind.SERVICE)
    if visited and _TAKEN_ALONG.search(reading.text, place.start, place.end):
        return _taken_over(found[index - 1])
    close = gap == 1 and place.sentence == reading.clauses[earlier[0]].sentence
    if close and place.owner is Owner.OURS and kind is not ActionKind.INTERNAL:
        return _taken_over(found[index - 1])
    return None


def _together_later(
    reading: Reading, deeds: Sequence[Place], index: int, own: list[Deadline | None]
) -> Deadline | None:
    """样品和资料一起，下周三前寄: the date stands with the second of two deeds said together."""
    if index + 1 >= len(deeds) or deeds[index + 1][0] - deeds[index][0] > 1:
        return None
    place = reading.clauses[deeds[index + 1][0]]
    return _taken_over(own[index + 1]) if _SHARES.search(reading.text, place.start, place.end) else None


_BEFORE_THAT = re.compile(r"(?:在)?(?:这|那|此|会)之?前(?!天|面|台|几)")
_NAMED_EVENT = re.compile(r"([^\W\d_]{2,5}会)(?:之前|前)")


def _before_named_event(reading: Reading, clause: int) -> Deadline | None:
    """党委会之前: the day that the note gives for that meeting elsewhere."""
    place = reading.clauses[clause]
    match = _NAMED_EVENT.search(reading.text, place.start, place.end)
    if match is None:
        return _before_that(reading, place)
    names = [match[1][cut:] for cut in range(len(match[1]) - 1)]
    for name, other in ((name, other) for name in names for other in reading.clauses):
        if other is not place and name in reading.text[other.start : other.end]:
            dates = [d for d in reading.dates_in(other.start, other.end) if d.end >= reading.now.date()]
            if dates:
                return reading.deadline(dates[0], inferred=True)
    return _before_that(reading, place)


def _before_that(reading: Reading, place: Clause) -> Deadline | None:
    """下周三她自己拍板，让我在这之前报一版: the last day named before."""
    if not _BEFORE_THAT.search(reading.text, place.start, place.end):
        return None
    told = [d for d in reading.dates_in(0, place.start) if d.end >= reading.now.date()]
    return reading.deadline(told[-1], inferred=True) if told else None


def _taken_over(deadline: Deadline | None) -> Deadline | None:
    if deadline is None:
        return None
    return Deadline(
        start=deadline.start, end=deadline.end, said=deadline.said, span=deadline.span, rule=deadline.rule,
        at=deadline.at, inferred=True,
    )  # fmt: skip


def _event(reading: Reading, clause: int, deeds: Sequence[Place]) -> Deadline | None:
    """The customer's own dated event that the deed serves, the nearest before it, else right after it."""
    busy = {number for number, *_ in deeds}
    near = [
        *range(clause, max(-1, clause - 5), -1),
        *range(clause + 1, min(len(reading.clauses), clause + 3)),
    ]
    for number in near:
        place = reading.clauses[number]
        if number in busy and number != clause:
            continue
        if not _EVENT.search(reading.text, place.start, place.end) or _NOT_EVENT.search(
            reading.text, place.start, place.end
        ):
            continue
        dates = [d for d in reading.dates_in(place.start, place.end) if d.end >= reading.now.date()]
        if dates:
            return reading.deadline(dates[-1], inferred=True)
    return None
