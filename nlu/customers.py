"""Chooses the organisation a note is about, and cuts a note that reports on several into one part each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.understanding import Fact, Field, LexiconEntry, Mention
from nlu.names import NameKind
from nlu.persons import Side
from nlu.reading import Reading

_ELSEWHERE = re.compile(
    r"(?:隔壁|旁边|带[^,。]{1,10}去|去[^,。]{0,3}参观|安排[^,。]{1,12}去|请[^,。]{1,12}去|像|比如|类似|之前在|以前在|参考|学[^,。]{0,2}|从[^,。]{0,6}跳槽|的朋友|抢)$"
)
_AS_CUSTOMER = re.compile(
    r"^(?:[的那]|这边|里|项目|准入|来电|换|要|说|的人|采购|,|。|:|\s|$)|^.{0,8}?(?:[总工姐哥]|经理|主任|科长|部长|老师|校长|院长|老板|会计|书记|先生|女士|小姐)"
)
_VISIT_LEAD = re.compile(
    r"(?:^|[,。;!?\n])(?:今天|昨天|前天)?(?:上午|下午|中午|晚上|早上|傍晚|然后|接着|之后|随后|另外|最后|又|还|再|第[一二三]家|\d[.、])+(?:又|再|还|就|才)?(?:去了?|到了?|拜访了?|跑了?|见了?|走访了?|转到|去看了|回访了?|跟|和|在|给)?(?:一趟)?$"
)
_VISIT_VERB = re.compile(
    r"(?:又|再|还|接着|然后|之后|下午|上午|中午|晚上|第二家)[^,。]{0,3}?(?:去了|到了|拜访了?|跑了|见了|走访了?|去的)(?:一趟)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An organisation said, known or not, at `start` to `end` of the plain text."""

    name: str
    entries: tuple[LexiconEntry, ...]
    start: int
    end: int
    rule: str


def find_candidates(reading: Reading) -> tuple[Candidate, ...]:
    """Organisations that may be the customer, in the order said."""
    known = [
        Candidate(name=hit.entries[0].name, entries=hit.entries, start=hit.start, end=hit.end, rule=hit.rule)
        for hit in reading.named(NameKind.CUSTOMER)
    ]
    unknown = [
        Candidate(
            name=reading.script.said(org.start, org.end),
            entries=(),
            start=org.start,
            end=org.end,
            rule=org.rule,
        )
        for org in reading.organisations
        if _stands_as_customer(reading, org.start, org.end)
    ]
    return tuple(sorted(known + unknown, key=lambda candidate: candidate.start))


def _stands_as_customer(reading: Reading, start: int, end: int) -> bool:
    theirs = any(end <= hit.said_from <= end + 8 and hit.side is Side.CUSTOMER for hit in reading.people)
    early = start <= 25 and bool(_AS_CUSTOMER.match(reading.text[end : end + 14]))
    visited = re.search(
        r"(?:去了?|到了?|拜访了?|见了?|从|跑了?(?:一趟)?|走访了?|回访了?|给|在|帮)$",
        reading.text[max(0, start - 4) : start],
    )
    opens = start <= 2 and reading.text[end : end + 1] not in ("", "和", "、")
    meant = reading.text[max(0, start - 3) : start] == "说的是"
    return theirs or early or opens or meant or bool(visited and start <= 40)


def choose_customer(reading: Reading, candidates: tuple[Candidate, ...]) -> Fact | Mention | None:
    """The first organisation that is spoken of as the customer; a Mention where it fits several."""
    told = [c for c in candidates if not _ELSEWHERE.search(reading.text[max(0, c.start - 14) : c.start])]
    known = [c for c in told if c.entries]
    first = min(told or candidates, key=lambda c: (c.start, -len(c.entries)), default=None)
    if first is not None and not first.entries and known and first.rule == "organisations.position":
        first = known[0]
    if first is None:
        return None
    if len(first.entries) > 1:
        return Mention(
            field=Field.CUSTOMER,
            said=reading.script.said(first.start, first.end),
            span=reading.script.span(first.start, first.end),
            candidates=tuple(entry.key for entry in first.entries),
        )
    sure = {"names.exact": 1.0, "names.heard": 0.85, "names.shortened": 0.8, "organisations.kind": 0.7}
    return reading.fact(
        Field.CUSTOMER,
        first.name,
        first.start,
        first.end,
        rule=first.rule,
        confidence=sure.get(first.rule, 0.65),
    )


def cut_by_customer(reading: Reading, candidates: tuple[Candidate, ...]) -> tuple[int, ...]:
    """Plain positions at which the report of another customer begins; empty where the note has one part."""
    cuts: list[int] = []
    seen = {candidates[0].name} if candidates else set()
    for candidate in candidates[1:]:
        if candidate.name in seen:
            continue
        before = reading.text[max(0, candidate.start - 14) : candidate.start]
        lead = _VISIT_LEAD.search(before) or _VISIT_VERB.search(before)
        if lead:
            seen.add(candidate.name)
            start = candidate.start - len(before) + lead.start()
            cuts.append(start + len(re.match(r"[,。;!?\n]*", reading.text[start:]).group()))  # type: ignore[union-attr]
    return tuple(cuts)
