"""Finds what our side is to do next: whose turn a clause is, what the deed is, whether it is still open."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain.understanding import Action, ActionKind
from nlu.clauses import Clause, Mode, Owner
from nlu.deadlines import Place, attach_deadlines
from nlu.deeds import HANDS_OVER, Deed, classify_deed, handed_object, looks_packed
from nlu.masks import named
from nlu.reading import Reading
from nlu.turns import ONE_OF_OURS, is_open, is_ours

_WITHDRAWN_BY_US = re.compile(r"^(?:哎|唉|吧|那|还是|,)*(?:算了|不去了|取消|作罢|免了)")
_NOT_NEEDED = re.compile(r"就?(?:不用|不必)(?:再)?(?:去|来|发|寄|送|做|跑|打)了")
_DECLINED = re.compile(
    r"^.{0,6}?(?:不用了|不用|不要了|不必|算了|没空|(?<!是)不行|别(?:送|寄|来|发)|用不上|不需要|谢了|拒绝|没兴趣|免了)"
)
_MADE_THING = re.compile(r"(?:做|写|出|整理|准备|弄|列|画)(?:一|个|几)?(?:份|个|张|版|套)")
_STRIP = re.compile(
    r"^(?:就|还|又|也|都|先|再|得|要|会|去(?=把)|来|想|准备|打算|答应(?:了)?|回头|马上|尽快|抓紧|赶紧|赶快|最好|务必|一定|争取|负责|有空|抽空|"
    r"另外|然后|顺便|同时|还有|但是|不过|最后|说好|约好|约了|约|定了|一是|二是|三是|一个是|再一个|那|,|、|:|\s|以?前|之前|以内|内|左右|的时候|吧|一下|这边|自己|亲自|第[一二三四]|[1-9①-⑨][.、]?|在|着)+"
)
_TAIL = re.compile(r"(?:吧|呢|啊|哦|嘛|就行|就好|就可以|即可|才行|的话|[,。\s])+$")
_QUANTITY = re.compile(
    r"[一二两三四五六七八九十几\d]+(?:份|套|个|台|本|版|张|箱|盒|瓶|袋|件|条|块|片|颗|支|桶|米|公斤|吨|斤|组|批|款|两)"
)
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


def find_actions(reading: Reading) -> tuple[Action, ...]:
    """Open deeds of our side in the order said, each with its deadline where one can be told."""
    found: list[FoundAction] = []
    for number, clause in enumerate(reading.clauses):
        if _WITHDRAWN_BY_US.match(reading.text[clause.start : clause.end]) and found:
            if number - found[-1].clause <= 1:
                found.pop()
            continue
        if (
            found
            and _NOT_NEEDED.search(reading.text, clause.start, clause.end)
            and number - found[-1].clause <= 3
        ):
            found.pop()
            continue
        if found and _was_declined(reading, clause, number, found[-1]):
            found.pop()
            continue
        for action in _actions_of(reading, number, clause):
            found = [other for other in found if not _was_wish_for(other, action)]
            same = next((at for at, other in enumerate(found) if _same_deed(action, other)), None)
            if same is not None:
                found[same] = _dated_later(reading, found[same], action)
            elif not _goes_on(found, action):
                found.append(action)
    deadlines = attach_deadlines(
        reading, [action.dated_by or (action.clause, action.at, action.end, action.kind) for action in found]
    )
    return tuple(
        Action(
            kind=action.kind,
            text=reading.script.said(action.start, action.end),
            span=reading.script.span(action.start, action.end),
            rule=action.rule,
            due=due,
            quantity=quantity.group() if (quantity := _QUANTITY.search(action.words)) else "",
        )
        for action, due in zip(found, deadlines, strict=True)
    )


def read_next_step(reading: Reading, start: int) -> tuple[Action, ...]:
    """The deed that a correction names: 下一步是寄样品; it ends with its clause."""
    end = next(
        (clause.end for clause in reading.clauses if clause.start <= start < clause.end), len(reading.text)
    )
    deeds = classify_deed(reading.masked[start:end])
    dates = reading.dates_in(start, end)
    return tuple(
        Action(
            kind=deed.kind,
            text=reading.script.said(begin, end),
            span=reading.script.span(begin, end),
            rule="corrections.next_step",
            due=reading.deadline(dates[-1]) if dates else None,
        )
        for deed in deeds[:1]
        if (begin := _skip_lead(reading, start, start + deed.end)) < end
    )


def _dated_later(reading: Reading, first: FoundAction, again: FoundAction) -> FoundAction:
    own, later = reading.clauses[first.clause], reading.clauses[again.clause]
    if again.clause == first.clause or reading.dates_in(own.start, own.end):
        return first
    if not reading.dates_in(later.start, later.end):
        return first
    return replace(first, dated_by=(again.clause, again.at, again.end, again.kind))


def _was_declined(reading: Reading, clause: Clause, number: int, last: FoundAction) -> bool:
    """我说寄两套过去，她说不用了: what we offered and they declined is off."""
    offered = reading.clauses[last.clause]
    close = number - last.clause <= 2 and clause.owner is not Owner.OURS
    said = re.sub(r"^.{0,4}?说", "", reading.text[clause.start : clause.end])
    return close and offered.mode is Mode.PROMISED and bool(_DECLINED.match(said))


def _goes_on(found: list[FoundAction], action: FoundAction) -> bool:
    """再跑一趟，跟他当面对一下: what is done at a visit just named is no second visit."""
    if found and action.rule == "actions.arranged" and found[-1].kind is ActionKind.MEETING:
        return action.clause - found[-1].clause <= 3
    if not found or action.kind is not ActionKind.VISIT or found[-1].kind is not ActionKind.VISIT:
        return False
    return action.clause - found[-1].clause == 1 and "当面" in action.words


def _same_deed(one: FoundAction, other: FoundAction) -> bool:
    overlap = min(one.end, other.end) - max(one.start, other.start)
    return one.kind is other.kind and (overlap > 0 or one.words == other.words)


def _actions_of(reading: Reading, number: int, clause: Clause) -> list[FoundAction]:
    words = reading.masked[clause.start : clause.end]
    start = clause.deed_from
    body = reading.masked[start : clause.end]
    wish = _wished(reading, number, clause)
    if wish:
        return [wish]
    if not body or not is_ours(reading, number, words, body) or not is_open(reading, clause, words, body):
        return []
    deeds = classify_deed(body, delegated=bool(ONE_OF_OURS.search(words)))
    if not deeds and start > clause.start and clause.mode is Mode.PROMISED:
        deeds, start = classify_deed(words), clause.start
    if not deeds:
        return _elliptic(reading, number, clause, start, body)
    return [_found(reading, number, clause, deed, start) for deed in deeds]


_WISHES = re.compile(
    named(
        r"(?<![不主需想快就只首])要(?:我们的?|咱们的?)?(?:先|再)?(?:一|两|三|几)(?:份|套|个|张|片|块|版|本)(?!月|小时|人)[^,让]{2,14}$"
        r"|(?:希望|想|要)(?:<date>(?:之?前)?)?能?(?:看到|拿到|收到|见到)[^,]{1,10}$"
        r"|<date>(?:之?前)?就?要(?![求看去来开上交给先])[^,让]{1,8}$"
    )
)


def _wished(reading: Reading, number: int, clause: Clause) -> FoundAction | None:
    """同时要一份检测报告: papers and samples that the customer wants are ours to send."""
    if clause.mode is not Mode.PLAIN and not clause.inherited:
        return None
    match = _WISHES.search(reading.masked, clause.start, clause.end)
    thing = handed_object(reading.text[match.start() : match.end()]) if match else None
    if match is None or thing is None or thing[0] not in _SENT:
        return None
    return FoundAction(
        kind=thing[0], start=match.start(), end=match.end(), at=match.start(), clause=number,
        rule=_WISH, words=reading.text[match.start() : match.end()],
    )  # fmt: skip


_WISH = "actions.wished"
_SENT = frozenset(
    {ActionKind.SEND_MATERIAL, ActionKind.SEND_SAMPLE, ActionKind.SEND_QUOTE, ActionKind.SEND_PROPOSAL}
)


def _was_wish_for(wish: FoundAction, action: FoundAction) -> bool:
    """要一份报告，我明天发她: the promise takes the place of the wish."""
    return wish.rule == _WISH and wish.kind is action.kind and 0 < action.clause - wish.clause <= 3


def _elliptic(reading: Reading, number: int, clause: Clause, start: int, body: str) -> list[FoundAction]:
    """要新品的检验报告，我说回头发他: what is handed over was named just before."""
    arranged = _arranged_visit(reading, number, clause, body)
    if arranged:
        return [arranged]
    handing = HANDS_OVER.search(body)
    packed = looks_packed(body)
    if not handing and not packed:
        return []
    since = reading.clauses[max(0, number - 2)].start
    thing = handed_object(reading.text[since : clause.start])
    if packed and (thing is None or thing[0] not in (ActionKind.SEND_SAMPLE, ActionKind.SEND_MATERIAL)):
        deed = Deed(kind=ActionKind.SEND_SAMPLE, start=0, end=len(body), rule="actions.packed")
        return [_found(reading, number, clause, deed, start)]
    if thing is None and _MADE_THING.search(body):
        deed = Deed(kind=ActionKind.SEND_MATERIAL, start=0, end=len(body), rule="actions.made_thing")
        return [_found(reading, number, clause, deed, start)]
    if thing is None or handing is None:
        return []
    kind, thing_start, _ = thing
    rule = "actions.object_before"
    if packed:
        return [_found(reading, number, clause, Deed(kind=kind, start=0, end=len(body), rule=rule), start)]
    begin, end = since + thing_start, start + handing.end()
    words = reading.text[begin:end]
    return [
        FoundAction(
            kind=kind, start=begin, end=end, at=start + handing.start(), clause=number, rule=rule, words=words
        )
    ]


def _arranged_visit(reading: Reading, number: int, clause: Clause, body: str) -> FoundAction | None:
    """她过来看厂，我来安排: the deed stands in the clause before, with its day."""
    before = reading.clauses[number - 1] if number else clause
    words = reading.text[before.start : clause.end]
    if before is clause or not _ARRANGES.fullmatch(body) or not _THEY_COME.search(words):
        return None
    place = reading.dates_in(before.start, before.end)
    return FoundAction(
        kind=ActionKind.MEETING, start=before.start, end=clause.end, at=clause.deed_from, clause=number,
        rule="actions.arranged", words=words,
        dated_by=(number - 1, before.end - 1, before.end, ActionKind.MEETING) if place else None,
    )  # fmt: skip


_ARRANGES = re.compile(r"(?:来|去|会|负责|先)*安排(?:一下|吧|下)?")
_THEY_COME = re.compile(r"来|参观|考察|见|吃|看")


def _found(reading: Reading, number: int, clause: Clause, deed: Deed, start: int) -> FoundAction:
    """Cut the clause down to the deed: without the dates, adverbs and particles around it."""
    begin, end = start, clause.end
    if clause.mode is Mode.PROMISED and _needs_object(reading, clause, deed, start):
        begin = clause.start
    passed = [date.span.end for date in reading.dates_in(begin, start + deed.start + 1)]
    if len(passed) > 1:
        begin = passed[-1]
    begin = _skip_lead(reading, begin, start + deed.end)
    tail = _TAIL.search(reading.text, begin, end)
    end = max(tail.start() if tail else end, start + deed.end)
    if end - begin > _LONGEST:
        begin = max(begin, min(start + deed.start, end - 1) - 10)
        begin = _skip_lead(reading, begin, start + deed.end) if begin == start else begin
        end = min(end, start + deed.end + 10)
    end = min(end, clause.end)
    return FoundAction(
        kind=deed.kind, start=begin, end=end, at=start + deed.start, clause=number, rule=deed.rule,
        words=reading.text[begin:end],
    )  # fmt: skip


def _needs_object(reading: Reading, clause: Clause, deed: Deed, start: int) -> bool:
    """折扣我先回去问张总: the object stands before the subject, in the same clause."""
    return clause.start < start - 4 and deed.end - deed.start <= 3 and "我" not in reading.text[clause.start]


def _skip_lead(reading: Reading, begin: int, limit: int) -> int:
    ends = {date.span.start: date.span.end for date in reading.dates}
    for _ in range(8):
        match = _STRIP.match(reading.text, begin, limit)
        after = match.end() if match else begin
        after = ends.get(after, after)
        if after == begin or after >= limit:
            break
        begin = after
    return begin
