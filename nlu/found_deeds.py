"""Cuts a clause down to the words of its deed: without the dates, adverbs and particles around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.understanding import ActionKind
from nlu.clauses import Clause, Mode
from nlu.deadlines import Place
from nlu.deeds import Deed
from nlu.reading import Reading

_STRIP = re.compile(
    r"^(?:就|还|又|也|都|先|再|得|要|会|去(?=把)|来|想|准备|打算|答应(?:了)?|回头|马上|尽快|抓紧|赶紧|赶快|最好|务必|一定|争取|负责|有空|抽空|"
    r"另外|然后|顺便|同时|还有|但是|不过|最后|说好|约好|约了|约|定了|一是|二是|三是|一个是|再一个|那|,|、|:|\s|以?前|之前|以内|内|左右|的时候|吧|一下|这边|自己|亲自|第[一二三四]|[1-9①-⑨][.、]?|在|着)+"
)
_TAIL = re.compile(r"(?:吧|呢|啊|哦|嘛|就行|就好|就可以|即可|才行|的话|[,。\s])+$")
_LONGEST = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAction:
    """A deed with the clause it stands in; positions index the plain text."""

    kind: ActionKind
    start: int
    end: int
    at: int
    clause: int
    rule: str
    words: str
    dated_by: Place | None = None
    """Where a later clause repeats the deed and says when: 把合同拟一下，周四前传给他."""


def cut_deed(reading: Reading, number: int, clause: Clause, deed: Deed, start: int) -> FoundAction:
    """Cut the clause down to the deed: without the dates, adverbs and particles around it."""
    begin, end = start, clause.end
    if clause.mode is Mode.PROMISED and _needs_object(reading, clause, deed, start):
        begin = clause.start
    passed = [date.span.end for date in reading.dates_in(begin, start + deed.start + 1)]
    if len(passed) > 1:
        begin = passed[-1]
    begin = skip_lead(reading, begin, start + deed.end)
    tail = _TAIL.search(reading.text, begin, end)
    end = max(tail.start() if tail else end, start + deed.end)
    if end - begin > _LONGEST:
        begin = max(begin, min(start + deed.start, end - 1) - 10)
        begin = skip_lead(reading, begin, start + deed.end) if begin == start else begin
        end = min(end, start + deed.end + 10)
    end = min(end, clause.end)
    return FoundAction(
        kind=deed.kind, start=begin, end=end, at=start + deed.start, clause=number, rule=deed.rule,
        words=reading.text[begin:end],
    )  # fmt: skip


def _needs_object(reading: Reading, clause: Clause, deed: Deed, start: int) -> bool:
    """折扣我先回去问张总: the object stands before the subject, in the same clause."""
    return clause.start < start - 4 and deed.end - deed.start <= 3 and "我" not in reading.text[clause.start]


def skip_lead(reading: Reading, begin: int, limit: int) -> int:
    """Past the adverbs and dates that stand between `begin` and the deed, at most to `limit`."""
    ends = {date.span.start: date.span.end for date in reading.dates}
    for _ in range(8):
        match = _STRIP.match(reading.text, begin, limit)
        after = match.end() if match else begin
        after = ends.get(after, after)
        if after == begin or after >= limit:
            break
        begin = after
    return begin
