"""Parts of the day and clock times: 下午三点半, 明早八点, 15:30; 三点意见 and 八点五折 are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from nlu.numerals import small_number

_HOUR = r"(?:[01]?\d|2[0-4]|二?十[一二三四]?|十[一二三四五六七八九]|二十[一二三四]?|[零一二两三四五六七八九])"
_TENS = "[二三四五]十[一二三四五六七八九]?|十[一二三四五六七八九]?"
_MINUTE = rf"(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>零[一二三四五六七八九]|(?:{_TENS}|[0-5]\d)|[五](?=分))(?:分(?!重|关|想|满|感|认|希|担|愿|之|钟|折)|(?![万个折块元%米倍]))"
_COUNTED = (
    "意见|建议|要求|问题|内容|想法|好处|需求|疑虑|顾虑|原因|优势|不足|理由|反馈|说明|信息|收获|感受|体会|担心|诉求|共识|结论"
    "|情况|希望|事|区别|差异|疑问|异议|条件|计划|承诺|待办|进展|意思|考虑|要|是|都|也|机会|印象|毛病|缺点|优点|亮点|小"
)
_EXACT = rf"{_HOUR}点(?:钟|整)?(?:{_MINUTE})|{_HOUR}点(?:钟|整)"
_CLOCK = re.compile(
    rf"(?<![\d.:])(?:(?P<colon_hour>[01]?\d|2[0-4]):(?P<colon_minute>[0-5]\d)(?![\d:])"
    rf"|(?:(?P<early>[一二三四五六七八九])(?=[二三四五六七八九十]点))?(?P<hour>{_HOUR})(?:点(?:钟|整)?|(?<=\d)时(?=[0-5]?\d分|整|前|之前))"
    rf"(?:{_MINUTE}|(?![零二三四五六七八九十\d]|一(?![起定直块同]))(?!{_COUNTED}))"
    r")(?:左右|多|钟|准时)?(?:[ap]m)?"
)
_FIRM = re.compile(rf"(?:[01]?\d|2[0-4]):[0-5]\d|{_EXACT}|{_HOUR}点(?=之?前(?!三|两)|以前|之?后|以后|左右)")
_FOLLOWED_BY_DEED = re.compile(
    "(?:见|到(?!位)|去|过来|过去|开会|开始|出发|集合|我|给|来|再|签|演示|上门|还|面谈|碰|准时|在|跟|让|回)"
)
_SAID_OF_COUNTS = "第有提了这那就差高低降涨贵宜让少多返扣加说几下早晚好慢快大小长短的"
_ONE_HOUR = re.compile(r"一点(?:半|钟|整|[一三]刻|\d|零|[二三四五]?十|前|之前|左右|到|开|见|[,，。;；]|$)|1点")

DAYPART = (
    "上午|早上|早晨|清早|清晨|大清早|一早|一大早|凌晨|中午|正午|午前|下午|午后|傍晚|晚上|晚间|夜里|半夜|夜间|白天|晚(?!点|些|一|于|宴|餐|饭|会|班)"
    "|早(?!点|些|就|已|餐|饭|会|班|一)|晨(?!会)|夜"
)
_DAYPART = re.compile(DAYPART)
BARE_DAYPART = (
    "(?<![每天早一])(?:上午|中午|下午|傍晚|晚上|早上|凌晨)(?!好[,，。!！ ]?|茶|安|班)(?!好)|(?<![\u4e00-\u9fff])一(?:大)?早"
)
OFFICE_END = "下班(?:之前|以前|前)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock time, `part` the part of the day it was said with, and where it ends in the text."""

    at: time
    part: str
    minute: bool
    end: int


def match_daypart(text: str, at: int) -> re.Match[str] | None:
    """The part of the day that begins at `at`."""
    return _DAYPART.match(text, at)


def match_clock(text: str, at: int, part: str, *, dated: bool) -> Clock | None:
    """The clock time that begins at `at`; a bare one (not `dated`, no `part`) needs firm words around it."""
    match = _CLOCK.match(text, at)
    if match is None:
        return None
    if not part and match["hour"] in ("一", "1") and not _ONE_HOUR.match(text, match.start()):
        return None
    if not part and not dated and not _is_clock(text, match):
        return None
    if match["colon_hour"]:
        hour, minute = int(match["colon_hour"]), int(match["colon_minute"])
    else:
        spoken = small_number(match["hour"])
        if spoken is None:
            return None
        hour, minute = spoken, _minutes(match)
    if hour > 24:
        return None
    moment = _on_the_day(hour, minute, part, written=bool(match["colon_hour"]))
    return Clock(at=moment, part=part, minute=minute > 0, end=match.end())


def _is_clock(text: str, match: re.Match[str]) -> bool:
    start = match.start()
    if _FIRM.match(text, start):
        return text[start - 1 : start] not in ("第", "几")
    before = text[start - 1 : start]
    return before not in _SAID_OF_COUNTS and bool(_FOLLOWED_BY_DEED.match(text, match.end())) if before else bool(
        _FOLLOWED_BY_DEED.match(text, match.end()))


def _minutes(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15 if match["quarter"] == "一" else 45
    return small_number(match["minute"]) or 0 if match["minute"] else 0


def _on_the_day(hour: int, minute: int, part: str, *, written: bool) -> time:
    """The hour on a 24 hour clock: a bare hour from 1 to 7 is p.m. in working life, a written 07:30 is not."""
    if part.startswith(("下午", "午后", "傍晚")) or part in ("中午", "正午") and hour < 10:
        hour += 12 if hour < 12 else 0
    elif part.startswith(("晚", "夜", "半夜")):
        if hour == 12 or hour == 24:
            return time(23, 59)
        hour += 12 if 4 < hour < 12 else 0
    elif part.startswith("凌晨"):
        hour %= 12
    elif not part and not written and 1 <= hour <= 7:
        hour += 12
    elif not part and written and 1 <= hour <= 6:
        hour += 12
    return time(23, 59) if hour >= 24 else time(hour, minute)


def part_end(part: str) -> int:
    """The hour at which a part of the day is over."""
    if part.startswith(("上", "早", "清", "一", "凌", "大", "晨")) or part == "午前":
        return 12
    if part in ("中午", "正午"):
        return 14
    return 18 if part.startswith(("下", "午后", "傍", "白")) else 24
