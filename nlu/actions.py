"""Finds what our side is to do next: whose turn a clause is, what the deed is, whether it is still open."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.understanding import Action, ActionKind
from nlu.clauses import Clause, Mode, Owner
from nlu.deadlines import attach_deadlines
from nlu.deeds import HANDS_OVER, Deed, classify_deed, handed_object, looks_packed
from nlu.masks import named
from nlu.reading import Reading

_CALLED_OFF = re.compile(
    r"不用|不必|不需要|用不着|无需|没敢|没(?:有)?答应|取消|作废|不做了|不搞|不发了?|不去了|先不|不再|撤回|免了|算了|拒绝|谢绝|"
    r"推掉|甭|别(?!的|人|家|墅|处)|不要(?!紧)|不提了|没必要|不寄|不送|不报|不开了|黄了|不用去了|不用来了|停了|暂停|不买|不跟了|松口"
)
_WITHDRAWN_BY_US = re.compile(r"^(?:哎|唉|吧|那|还是|,)*(?:算了|不去了|取消|作罢|免了)")
_NOT_NEEDED = re.compile(r"就?(?:不用|不必)(?:再)?(?:去|来|发|寄|送|做|跑|打)了")
_DECLINED = re.compile(
    r"^.{0,6}?(?:不用了|不用|不要了|不必|算了|没空|不行|别(?:送|寄|来|发)|用不上|不需要|谢了|拒绝|没兴趣|免了)"
)
_DONE = re.compile(
    r"把[^,]{1,14}了$|早就|刚(?!好)|都.{1,6}过了|(?:发|寄|送|签|给|打|交|报|说|做|装|补|开|跑|办|改|修|录|拿|带|订|约|定|核|查|试|见|聊|谈|去|回|放|换|装)"
    r"(?:过|完|好)?了|(?:打|回|去|来|见|聊|试|看|讲|送|报|做)过"
)
_DONE_UNLESS = re.compile(
    r"(?:做|签|办|完|清|交|齐|掉|好|盖|录|开|核)了$|了(?:再|就)|过了(?:再|就|才)|约了|定了|约好了|订了"
)
_PAST_ONLY = re.compile(
    r"(?:去年|上个?月|上周|昨天|前天|昨晚|以前|之前(?:承诺|答应|说|谈|报)|前两天|前几天|上次|上回|原来)"
)
_INTENDS = re.compile(
    named(
        r"^[^,]{0,6}?(?:<date>|会|得(?!到|很|不)|要(?!求)|打算|准备|答应|安排|负责|回头|马上|抓紧|尽快|争取|计划|约|先|再|来|去|想办法|就|那我?|"
        r"发|寄|送|带|给|把|跟|找|请|陪|派|申请|问)"
    )
)
_THEIR_DEED = re.compile(
    named(
        r"(?:让|叫|请|要|等)(?:他们|她们|他|她|对方|客户|<theirs>)(?![^,]{0,5}(?:吃|喝|来我|来咱|来工厂|来公司|参观|看看))"
    )
)
_MADE_THING = re.compile(r"(?:做|写|出|整理|准备|弄|列|画)(?:一|个|几)?(?:份|个|张|版|套)")
_OR_ELSE = re.compile(r"(?:要不然|不然|否则|要是|如果|万一)")
_JOINT = re.compile(
    named(
        r"(?:提议|建议|约|想|希望)(?:<date>)?[^,]{0,4}(?:跟我们|和我们|跟咱|来我们|来咱|见我们|见见我们|见咱|开个?[^,]{0,3}会|来(?:工厂|公司|厂里|展厅))"
    )
)
_ALONG = re.compile(r"一起|一并|同时|一道|随货|顺便")
_LATER_TODAY = re.compile(r"今晚|晚上|下班|之?前|下午|内|傍晚")
_PLANNED = re.compile(named(r"<date>(?:先|就|要|得|再|把)"))
_BEFORE_EVENT = re.compile(r"会(?:议)?(?:之前|前)(?!台|期|后)")
_STILL_ON = re.compile(r"能不能|别的|不要紧|不然|不用我们|先不说")
_ALREADY = re.compile(
    r"已经.{0,8}(?:了|好|完|过)|本来|原本|原定|之前(?:承诺|答应)|已(?:发|寄|送|签|回|交|给|完成|解决)"
)
_DONE_NOW = re.compile(
    r"^[^,]{0,8}(?:了|过)(?:一天|半天|[一二两三四五六七八九十几\d]+(?:分钟|个?小时))|没(?:见|找|碰)到|去了(?!再|就)|见了|到了"
)
_ONE_OF_OURS = re.compile(
    r"(?:让|叫|请|派|安排|找)(?:一下)?(?:我们|咱们?|公司)?(?:的)?(?:技术|工程师|售后|应用工程师|法务|财务|商务|研发|调度|仓库|助理|内勤|客服|设计|市场部|老[\u4e00-\u9fff]|小[\u4e00-\u9fff]|同事|业务员|跟单)"
)
_STRIP = re.compile(
    r"^(?:就|还|又|也|都|先|再|得|要|会|去(?=把)|来|想|准备|打算|答应(?:了)?|回头|马上|尽快|抓紧|赶紧|赶快|最好|务必|一定|争取|负责|有空|抽空|"
    r"另外|然后|顺便|同时|还有|但是|不过|最后|说好|约好|约了|约|定了|一是|二是|三是|一个是|再一个|那|,|、|:|\s|以?前|之前|以内|内|左右|的时候|吧|一下|这边|自己|亲自|第[一二三四]|[1-9①-⑨][.、]?|在|着)+"
)
_TAIL = re.compile(r"(?:吧|呢|啊|哦|嘛|就行|就好|就可以|即可|才行|的话|[,。\s])+$")
_QUANTITY = re.compile(
    r"[一二两三四五六七八九十几\d]+(?:份|套|个|台|本|版|张|箱|盒|瓶|袋|件|条|块|片|颗|支|桶|米|公斤|吨|斤|组|批|款|两)"
)
_ARRANGED = re.compile(r"^(?:[^,]{0,12}?)(?:约了|约好|约在|约定|说好|定好|商定|讲好|定下来|敲定|答应|同意)")
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
            if not any(_same_deed(action, other) for other in found) and not _goes_on(found, action):
                found.append(action)
    deadlines = attach_deadlines(
        reading, [(action.clause, action.at, action.end, action.kind) for action in found]
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


def _was_declined(reading: Reading, clause: Clause, number: int, last: FoundAction) -> bool:
    """我说寄两套过去，她说不用了: what we offered and they declined is off."""
    offered = reading.clauses[last.clause]
    close = number - last.clause <= 2 and clause.owner is not Owner.OURS
    said = re.sub(r"^.{0,4}?说", "", reading.text[clause.start : clause.end])
    return close and offered.mode is Mode.PROMISED and bool(_DECLINED.match(said))


def _goes_on(found: list[FoundAction], action: FoundAction) -> bool:
    """再跑一趟，跟他当面对一下: what is done at a visit just named is no second visit."""
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
    if not body or not _is_ours(reading, number, words, body) or not _is_open(reading, clause, words, body):
        return []
    deeds = classify_deed(body, delegated=bool(_ONE_OF_OURS.search(words)))
    if not deeds and start > clause.start and clause.mode is Mode.PROMISED:
        deeds, start = classify_deed(words), clause.start
    if not deeds:
        return _elliptic(reading, number, clause, start, body)
    return [_found(reading, number, clause, deed, start) for deed in deeds]


def _is_ours(reading: Reading, number: int, words: str, body: str) -> bool:
    clause = reading.clauses[number]
    if _OR_ELSE.match(words):
        return False
    if _THEIR_DEED.search(words) and not _ARRANGED.match(words) and clause.mode is not Mode.REQUESTED:
        return False
    if clause.owner is Owner.OURS:
        return True
    if clause.owner is Owner.THEIRS:
        joint = _JOINT.search(words) and clause.mode is not Mode.ASKED
        arranged = joint or _ARRANGED.match(words) or _ONE_OF_OURS.match(words)
        return bool(arranged and _future(reading, clause))
    later = re.match(r"^(?:那|就|就是)*(?:回头|尽快|抓紧|马上|有空)", words)
    along = number > 0 and _ALONG.search(words) and reading.clauses[number - 1].owner is not Owner.THEIRS
    ours = _ARRANGED.match(words) or HANDS_OVER.search(words) or classify_deed(body)
    return bool((_ahead(reading, clause) or later or along) and ours)


def _future(reading: Reading, clause: Clause) -> bool:
    """Whether the clause holds a date that is not over, or an event before which the deed is due."""
    today = reading.now.date()
    return any(date.end >= today for date in reading.dates_in(clause.start, clause.end))


def _ahead(reading: Reading, clause: Clause) -> bool:
    """The same, where nobody is said to act: a bare 今天 tells what was done rather than what is to do."""
    today = reading.now.date()
    dates = reading.dates_in(clause.start, clause.end)
    words = reading.text[clause.start : clause.end]
    planned = _PLANNED.search(reading.masked, clause.start, clause.end)
    return bool(_BEFORE_EVENT.search(words) or planned) or any(
        date.end > today or (date.end == today and (_LATER_TODAY.search(date.said) or date.at is not None))
        for date in dates
    )


def _is_open(reading: Reading, clause: Clause, words: str, body: str) -> bool:
    if _CALLED_OFF.search(words) and not _STILL_ON.search(words):
        return False
    if clause.mode is Mode.REQUESTED and not clause.inherited:
        return not _ALREADY.search(words)
    if clause.mode is Mode.ASKED or _ALREADY.search(words):
        return False
    future = _future(reading, clause)
    if not future and (_PAST_ONLY.search(words) or (_DONE.search(body) and not _DONE_UNLESS.search(body))):
        return False
    if clause.owner is Owner.UNKNOWN and _DONE.search(body) and not _DONE_UNLESS.search(body):
        return False
    if future and clause.mode is not Mode.REQUESTED and _DONE_NOW.search(body):
        return False
    if clause.owner is Owner.UNKNOWN or future or (clause.inherited and clause.mode is Mode.REQUESTED):
        return True
    return bool(_INTENDS.search(body))


def _elliptic(reading: Reading, number: int, clause: Clause, start: int, body: str) -> list[FoundAction]:
    """要新品的检验报告，我说回头发他: what is handed over was named just before."""
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
