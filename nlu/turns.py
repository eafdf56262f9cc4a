"""Whose turn a clause is, and whether what it says is still to be done."""

from __future__ import annotations

import re
from datetime import datetime

from nlu.clauses import Clause, Mode, Owner
from nlu.dates import DateExpression
from nlu.deeds import HANDS_OVER, classify_deed
from nlu.masks import DATE, named
from nlu.reading import Reading

_CALLED_OFF = re.compile(
    r"不用|不必|不需要|用不着|无需|没敢|没(?:有)?答应|取消|作废|不做了|不搞|不发了?|不去了|先不|不再|撤回|免了|算了|拒绝|谢绝|"
    r"推掉|甭|别(?!的|人|家|墅|处)|不要(?!紧)|不提了|没必要|不寄|不送|不报|不开了|黄了|不用去了|不用来了|(?:送|发|交|供)不(?:了|出|上)|停了|暂停|不买|不跟了|松口"
)
_DONE = re.compile(
    r"把[^,]{1,14}了$|早就|刚(?!好)|都.{1,6}过了|(?:发|寄|送|签|给|打|交|报|说|做|装|补|开|跑|办|改|修|录|拿|带|订|约|定|核|查|试|见|聊|谈|去|回|放|换|装|确认|核实|商量|碰|吃|喝|调|转|坐|陪|带|参观|走|量|留|问|讲|演示|培训|收|催|看|跑|拜访)"
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
_OR_ELSE = re.compile(r"(?:要不然|不然|否则|要是|如果|万一)")
_JOINT = re.compile(
    named(
        r"(?:提议|建议|约|想|希望)(?:<date>)?[^,]{0,4}(?:跟我们|和我们|跟咱|来我们|来咱|见我们|见见我们|见咱|开个?[^,]{0,3}会|来(?:工厂|公司|厂里|展厅))"
    )
)
_ALONG = re.compile(r"一起|一并|同时|一道|随货|顺便")
_LATER_TODAY = re.compile(r"今晚|晚上|下班|之?前|内|傍晚")
_HALF_DAYS = ((re.compile(r"上午|早上|一早"), 10), (re.compile(r"中午"), 12), (re.compile(r"下午"), 15))
"""A half of today lies ahead where the note was sent before that hour."""
_PLANNED = re.compile(named(r"<date>(?:先|就|要|得|再|把)"))
_MEANT = re.compile(r"[,那就我们]*(?:争取|尽量|力争|打算|计划|准备)")
_COMPLETES = re.compile(r"(?:拟|改|做|弄|写|备|整理|准备|赶)(?:好|完|出来)$")
_BEFORE_EVENT = re.compile(r"会(?:议)?(?:之前|前)(?!台|期|后)")
_STILL_ON = re.compile(r"能不能|别的|不要紧|不然|不用我们|先不说")
_ALREADY = re.compile(
    r"已经.{0,8}(?:了|好|完|过)|本来|原本|原定|之前(?:承诺|答应)|已(?:发|寄|送|签|回|交|给|完成|解决)"
)
_DONE_NOW = re.compile(
    r"^[^,]{0,8}(?:了|过)(?:一天|半天|[一二两三四五六七八九十几\d]+(?:分钟|个?小时))|没(?:见|找|碰)到|去了(?!再|就)|见了|到了"
)
ONE_OF_OURS = re.compile(
    r"(?:让|叫|请|派|安排|找)(?:一下)?(?:我们|咱们?|公司)?(?:的)?(?:技术|工程师|售后|应用工程师|法务|财务|商务|研发|调度|仓库|助理|内勤|客服|设计|市场部|老[\u4e00-\u9fff]|小[\u4e00-\u9fff]|同事|业务员|跟单)"
)
_ARRANGED = re.compile(
    rf"^(?:[^,]{{0,12}}?)(?:约{DATE}|约了|约好|约在|约定|说好|定好|商定|讲好|定下来|敲定|答应|同意)"
)


def is_ours(reading: Reading, number: int, words: str, body: str) -> bool:
    """Whether the deed of a clause is for our side; `words` is the clause, `body` its deed, both masked."""
    clause = reading.clauses[number]
    if _OR_ELSE.match(words):
        return False
    their = _THEIR_DEED.search(words)
    if (
        their
        and not HANDS_OVER.search(words[: their.start()])
        and not _ARRANGED.match(words)
        and clause.mode is not Mode.REQUESTED
    ):
        return False
    if clause.owner is Owner.OURS:
        return True
    if clause.owner is Owner.THEIRS:
        joint = _JOINT.search(words) and clause.mode is not Mode.ASKED
        arranged = joint or _ARRANGED.match(words) or ONE_OF_OURS.match(words)
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
    if any(date.end == today for date in dates) and _COMPLETES.search(words):
        return True
    told = reading.masked[clause.start : clause.end]
    if (
        any(date.end == today for date in dates)
        and HANDS_OVER.search(told)
        and not re.search("[了过完]", told)
    ):
        return True
    planned = _PLANNED.search(reading.masked, clause.start, clause.end)
    return bool(_BEFORE_EVENT.search(words) or planned) or any(
        date.end > today or (date.end == today and _later_today(date, reading.now)) for date in dates
    )


def _later_today(date: DateExpression, now: datetime) -> bool:
    if date.at is not None:
        return date.at > now.time()
    halves = [hour for words, hour in _HALF_DAYS if words.search(date.said)]
    return now.hour < halves[0] if halves else bool(_LATER_TODAY.search(date.said))


def is_open(reading: Reading, clause: Clause, words: str, body: str) -> bool:
    """Whether it is still to be done: neither done nor refused nor called off nor merely asked about."""
    if _CALLED_OFF.search(words) and not _STILL_ON.search(words):
        return False
    if clause.mode is Mode.REQUESTED and not clause.inherited:
        return not _ALREADY.search(words)
    if clause.mode is Mode.ASKED or _ALREADY.search(words):
        return False
    future = _future(reading, clause)
    if not future and (_PAST_ONLY.search(words) or (_DONE.search(body) and not _DONE_UNLESS.search(body))):
        return False
    if _MEANT.match(words) and future:
        return True
    if clause.owner is Owner.UNKNOWN and _DONE.search(body) and not _DONE_UNLESS.search(body):
        return False
    if future and clause.mode is not Mode.REQUESTED and _DONE_NOW.search(body):
        return False
    if clause.owner is Owner.UNKNOWN or future or (clause.inherited and clause.mode is Mode.REQUESTED):
        return True
    return bool(_INTENDS.search(body) or (clause.inherited and _INTENDS.search(words)))
