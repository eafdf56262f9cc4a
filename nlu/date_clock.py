"""Parts of the day and clock times: 下午三点半, 明早八点, 15:30; 三点意见 and 八点五折 are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from nlu.numerals import small_number

_HOUR = r"(?:2[0-4]|[01]?\d|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_NOT_MINUTES = "(?!重|关|想|满|感|认|希|担|愿|之|钟|折)"
_MINUTE = (
    "(?P<half>半)|(?P<quarter>[一三])刻"
    r"|(?P<minute>零[一二三四五六七八九]|[二三四五]?十[一二三四五六七八九]?|[0-5]\d|五(?=分))"
    rf"(?:分{_NOT_MINUTES}|(?![分万个折块元%米倍]))"
)
# 三点意见: three of them, no time of day.
_COUNTED = (
    "意见|建议|要求|问题|内容|想法|好处|需求|疑虑|顾虑|原因|优势|不足|理由|反馈|说明|信息|收获|感受|体会|担心|诉求|共识"
    "|结论|情况|希望|事|区别|差异|疑问|异议|条件|计划|承诺|待办|进展|意思|考虑|要|是|都|也|机会|印象|毛病|缺点|优点"
    "|亮点|小"
)
_CLOCK = re.compile(
    rf"(?<![\d.:])(?:(?P<colon_hour>2[0-4]|[01]?\d):(?P<colon_minute>[0-5]\d)(?![\d:])"
    rf"|[一二三四五六七八九]?(?P<hour>(?<=[一二三四五六七八九])[二三四五六七八九十](?=点)|{_HOUR})"
    rf"(?:点(?:钟|整)?|(?<=\d)时(?=[0-5]?\d分|整|前|之前))"
    rf"(?:{_MINUTE}|(?![零二三四五六七八九十\d]|一(?![起定直块同]))(?!{_COUNTED}))"
    r")(?:左右|多|钟|准时)?"
)
_FIRM = re.compile(
    rf"\d{{1,2}}[:时]\d|[一二三四五六七八九]?{_HOUR}点(?:钟|整|半|[一三]刻|[零二三四五十]|[0-5]\d|之?前(?!三|两)|以前|之?后|以后|左右)"
)
_DEED = re.compile(
    "见|到(?!位)|去|过来|过去|开会|开始|出发|集合|我|给|来|再|签|演示|上门|还|面谈|碰|准时|在|跟|让|回"
)
_SAID_OF_COUNTS = "第几有提了这那就差高低降涨贵宜让少多返扣加说下早晚好慢快大小长短的"
_ONE_HOUR = re.compile(r"1点|一点(?:半|钟|整|[一三]刻|\d|零|[二三四五]?十|前|之前|左右|到|开|见|[,，。]|$)")

_DAYPART = re.compile(
    "上午|早上|早晨|清早|清晨|大清早|一早|一大早|凌晨|中午|正午|午前|下午|午后|傍晚|晚上|晚间|夜里|半夜|夜间|白天"
    "|晚(?!点|些|一|于|宴|餐|饭|会|班)|早(?!点|些|就|已|餐|饭|会|班|一)|晨(?!会)|夜"
)
BARE_DAYPART = (
    "(?<![每天早一])(?:上午|中午|下午|傍晚|晚上|早上|凌晨)(?!好|茶|安|班)|(?<![\u4e00-\u9fff])一大?早"
    r"|[早晚](?=(?:\d{1,2}|[六七八九十])点)"
)
_OTHER_PART = re.compile("(?:或者?|还是)(?P<part>上午|下午|晚上)")
_OTHER_CLOCK = re.compile("(?P<choice>或者?是?|还是)|到|至|[-~—]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A part of the day, a clock time or both, and where in the text they end."""

    end: int
    part: str = ""
    at: time | None = None


def match_time(text: str, start: int, *, dated: bool, evening: bool = False) -> Clock | None:
    """The part of the day and the clock time that begin at `start`.

    Without a day before it (`dated`) or a part of the day a bare 三点 needs firm words around it. `evening`
    says that an evening hour was named just before (晚上八点不对九点). Of 三点或者四点 the later counts, of
    三点到四点 the beginning.
    """
    part = _DAYPART.match(text, start)
    if part and (other := _OTHER_PART.match(text, part.end())):
        return Clock(end=other.end(), part=other["part"])
    named = part.group() if part else ""
    at = _skip_gap(text, part.end()) if part else start
    said = _match_clock(text, at, part=named or ("晚上" if evening else ""), dated=dated, named=bool(part))
    if said is None:
        return Clock(end=part.end(), part=named) if part else None
    joint = _OTHER_CLOCK.match(text, said.end)
    until = _match_clock(text, joint.end(), part=named, dated=True, named=bool(part)) if joint else None
    if joint and until:
        later = joint["choice"] and until.at and said.at and until.at > said.at
        return Clock(end=until.end, part=named, at=until.at if later else said.at)
    return Clock(end=said.end, part=named, at=said.at)


def _skip_gap(text: str, at: int) -> int:
    return at + (text[at : at + 1] in (" ", "的"))


def _match_clock(text: str, at: int, *, part: str, dated: bool, named: bool) -> Clock | None:
    match = _CLOCK.match(text, at)
    if match is None:
        return None
    if not named and match["hour"] in ("一", "1") and not _ONE_HOUR.match(text, at):
        return None
    if not named and not dated and not _stands_alone(text, match):
        return None
    if match["colon_hour"]:
        hour, minute = int(match["colon_hour"]), int(match["colon_minute"])
    else:
        hour, minute = small_number(match["hour"]) or 0, _minutes(match)
    if match["colon_hour"] and not part and hour == 7:
        part = "早上"
    return Clock(end=match.end(), at=_on_the_day(hour, minute, part)) if hour <= 24 else None


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether an hour without a day is a time: by its form (四点半, 八点前) or the deed after it (三点见)."""
    before = text[match.start() - 1 : match.start()] if match.start() else "。"
    if _FIRM.match(text, match.start()):
        return before not in "第几"
    return before not in _SAID_OF_COUNTS and bool(_DEED.match(text, match.end()))


def _minutes(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15 if match["quarter"] == "一" else 45
    return small_number(match["minute"]) or 0 if match["minute"] else 0


def _on_the_day(hour: int, minute: int, part: str) -> time:
    """The hour on a 24 hour clock: a bare hour from 1 to 7 is p.m. in working life."""
    if part.startswith(("晚", "夜", "半夜")):
        if hour in (12, 24):
            return time(23, 59)
        hour += 12 if 4 < hour < 12 else 0
    elif part.startswith("凌晨"):
        hour %= 12
    elif part.startswith(("下午", "午后", "傍晚")):
        hour += 12 if hour < 12 else 0
    elif part in ("中午", "正午"):
        hour += 12 if hour < 10 else 0
    elif not part and 1 <= hour <= 7:
        hour += 12
    return time(23, 59) if hour >= 24 else time(hour, minute)


def part_end(part: str) -> int:
    """The hour at which a part of the day is over."""
    if part.startswith(("上", "早", "清", "一", "凌", "大", "晨")) or part == "午前":
        return 12
    if part in ("中午", "正午"):
        return 14
    return 18 if part.startswith(("下", "午后", "傍", "白")) else 24
