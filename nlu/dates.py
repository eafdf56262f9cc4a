"""Finds the dates and times that a note speaks of and resolves them against the moment it was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import ONE_DAY, WorkCalendar
from bot.domain.understanding import Deadline, Span
from nlu import date_festivals, date_rules, date_spans
from nlu.date_clock import BARE_DAYPART, OFFICE_END, Clock, match_clock, match_daypart, part_end
from nlu.date_days import Days, Rule, Setting
from nlu.numerals import FULL_WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class DateExpression:
    """Words of time and the days they mean: `end` is the last day in time, `start` the first of a range (下周).

    `grain` is minute, hour, half_day, day, week, ten_days, month, quarter, half_year or year; `bound` is on, by (之前,
    内), after (后) or from (起). `past` is True where all of it lay behind the moment of the note (昨天, 上周三).
    """

    span: Span
    said: str
    start: date
    end: date
    at: time | None = None
    grain: str
    bound: str
    rule: str
    past: bool = False

    def as_deadline(self) -> Deadline:
        """The same as the deadline of a deed."""
        return Deadline(
            start=self.start, end=self.end, at=self.at, said=self.said, span=self.span, rule=f"date.{self.rule}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """An expression in the making: what was read up to `stop`."""

    days: Days
    rule: str
    stop: int
    clock: Clock | None = None
    part: str = ""


# More exact kinds first: at one place in the text the first rule that fits wins.
_RULES: tuple[Rule, ...] = (
    *(rule for rule in date_spans.RULES if rule.name in ("duration", "coming")),
    *date_festivals.RULES,
    *date_rules.RULES,
    *(rule for rule in date_spans.RULES if rule.name not in ("duration", "coming")),
)


def _without_names(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


_HEAD = re.compile(
    r"(?=[\d一二两三四五六七八九十廿半第今明后昨前大这本上下周星礼每月年季Qq初正腊元春夏秋冬清劳端中国双六圣平妇儿教情除小过放新节假再接未去转来当入开暑傍晚早凌收出])(?:"
    + "|".join(f"(?P<r{index}>{_without_names(rule.pattern.pattern)})" for index, rule in enumerate(_RULES))
    + rf"|(?P<office_end>{OFFICE_END})|(?P<part>{BARE_DAYPART})"
    + r"|(?P<clock>(?:2[0-4]|[01]?\d|[一二两三四五六七八九十]{1,3})(?:[:点]|时(?=\d|整|前|之前))))"
)
_RECURRING = re.compile("(?:每(?:个?[月周年天]|个?季度|个?星期|个)?|天天)$")
_GAP = re.compile(r"的?[ ,，]?(?=[上早清大一凌中下午傍晚夜\d二两三四五六七八九十])")
_OR = re.compile(r" ?(?:或者是?|或是?|还是|到|至|、|[-~—](?=\d|周|星)|以及|和|与)? ?")
_ENDS_RANGE = re.compile(r"(?:到|至|[-~—])(\d{1,2}|[一二三四五六七八九十]{1,3})[号日]")
_OFFICE_END = re.compile(f"的?{OFFICE_END}")
_BOUND = re.compile(
    "(?:的?时候)?(?:(?P<by>之前|以前|前(?!台|面|期|端|途|沿|后|往|提|脚|半|三|两|来)|之内|以内|为止)"
    "|(?P<after>之后|以后|过后|后(?!台|面|续|期|勤|端|天|备|院|来|者|付|半))|(?P<since>起(?!来|步|草)|开始)|前后|左右)"
)
_SENTENCE_END = re.compile("[。;；!！?？\n]")
_REACH = 25
"""How many characters a lone clock time looks back for its day."""


def find_dates(text: str, *, now: datetime, calendar: WorkCalendar) -> tuple[DateExpression, ...]:
    """The words of time in `text`, left to right and never overlapping, resolved against `now`.

    Vague words (尽快, 回头, 有空) and counts that only look like times (三点意见, 两周 as a length) are left out.
    """
    plain = text.translate(FULL_WIDTH)
    setting = Setting(now=now, today=now.date(), calendar=calendar)
    found: list[DateExpression] = []
    position = 0
    while match := _HEAD.search(plain, position):
        reading = None if _RECURRING.search(plain, 0, match.start()) else _read(plain, match, setting, found)
        if reading is None:
            position = match.start() + 1
            continue
        found.append(_express(text, plain, match.start(), reading, setting))
        position = found[-1].span.end
    return tuple(found)


def dates_record(text: str, *, now: datetime, calendar: WorkCalendar) -> list[dict[str, str]]:
    """What `find_dates` finds, as rows of text, start and end (ISO date, or ISO minute), grain and bound."""
    rows = []
    for found in find_dates(text, now=now, calendar=calendar):
        clock = f"T{found.at:%H:%M}" if found.at else ""
        start, end = f"{found.start.isoformat()}{clock}", f"{found.end.isoformat()}{clock}"
        rows.append({"text": found.said, "start": start, "end": end, "grain": found.grain, "bound": found.bound})
    return rows


def _read(text: str, match: re.Match[str], setting: Setting, found: list[DateExpression]) -> _Reading | None:
    kind = match.lastgroup or ""
    if kind == "office_end":
        day = Days(start=setting.today, end=setting.today, bound="by")
        return _Reading(days=day, rule="office_end", stop=match.end())
    if kind in ("part", "clock"):
        return _read_time(text, match, setting, found)
    reading = _read_days(text, match, setting)
    if reading is None:
        return None
    reading = _with_time(text, reading)
    if reading.clock is None:
        reading = _with_choice(text, reading, setting)
    return reading


def _read_days(text: str, match: re.Match[str], setting: Setting) -> _Reading | None:
    rule = _RULES[int((match.lastgroup or "r0")[1:])]
    said = rule.pattern.match(text, match.start())
    days = rule.resolve(said, setting) if said else None
    return _Reading(days=days, rule=rule.name, stop=said.end()) if said and days else None


def _with_time(text: str, reading: _Reading) -> _Reading:
    """Adds the part of the day and the clock time that follow a day (周五下午四点)."""
    if reading.days.grain not in ("day", "week") or reading.days.at or reading.days.bound == "by":
        return reading
    gap = _GAP.match(text, reading.stop)
    stop = gap.end() if gap else reading.stop
    spaced = gap is not None and "," in gap.group().replace("，", ",")
    part = match_daypart(text, stop) if not spaced else None
    if part and (choice := re.compile(r"或者?(?:上午|下午|晚上)").match(text, part.end())):
        return replace(reading, stop=choice.end(), part=choice.group()[-2:])
    at = part.end() if part else stop
    gap = _GAP.match(text, at) if part else None
    clock = match_clock(text, gap.end() if gap else at, part.group() if part else "", dated=True) if not spaced else None
    if clock is None and part is None:
        return reading
    if clock and reading.days.grain == "week":
        return reading
    stop = clock.end if clock else part.end() if part else stop
    return replace(reading, stop=stop, clock=clock, part=part.group() if part else "")


def _with_choice(text: str, reading: _Reading, setting: Setting) -> _Reading:
    """Of a choice or a range (下周二或者周三, 25号到28号) the later counts."""
    joint = _OR.match(text, reading.stop)
    if joint is None or reading.days.bound != "on":
        return reading
    match = _HEAD.match(text, joint.end())
    if match is None or not (match.lastgroup or "").startswith("r"):
        return reading
    anchored = replace(setting, today=reading.days.end)
    other = _read_days(text, match, anchored)
    if other is None:
        return reading
    if not other.days.loose:
        other = _read_days(text, match, setting)
    elif not joint.group().strip() and other.rule != reading.rule:
        return reading
    if other is None or other.days.end <= reading.days.end or other.days.bound != "on":
        return reading
    if not joint.group().strip() and (other.rule != reading.rule or other.rule not in ("weekday", "near_day")):
        return reading
    merged = replace(reading.days, end=other.days.end, same_weekday=False)
    return _with_time(text, _Reading(days=merged, rule=reading.rule, stop=other.stop))


def _read_time(
    text: str, match: re.Match[str], setting: Setting, found: list[DateExpression]
) -> _Reading | None:
    """A part of the day or a clock time without a day: of the day last spoken of, else today."""
    part = match.group() if match.lastgroup == "part" else ""
    at = match.end() if part else match.start()
    clock = match_clock(text, at, part, dated=False)
    if clock is None and not part:
        return None
    day = _day_spoken_of(text, match.start(), found, with_past=bool(part)) or setting.today
    now = setting.now.time().replace(tzinfo=None)
    if clock and not part and day == setting.today and clock.at < now:
        day += ONE_DAY
    days = Days(start=day, end=day)
    return _Reading(days=days, rule="clock" if clock else "part", stop=clock.end if clock else at, clock=clock, part=part)


def _day_spoken_of(text: str, at: int, found: list[DateExpression], *, with_past: bool) -> date | None:
    if not found:
        return None
    last = found[-1]
    near = at - last.span.end <= _REACH and not _SENTENCE_END.search(text, last.span.end, at)
    if not near or last.start != last.end or last.grain not in ("minute", "hour", "half_day", "day"):
        return None
    if last.past and not (with_past and last.grain != "day"):
        return None
    return last.end


def _express(text: str, plain: str, start: int, reading: _Reading, setting: Setting) -> DateExpression:
    days, clock, stop, bound = reading.days, reading.clock, reading.stop, reading.days.bound
    if bound == "on":
        if ending := _OFFICE_END.match(plain, stop):
            stop, bound = ending.end(), "by"
        elif limit := _BOUND.match(plain, stop):
            stop = limit.end()
            bound = "by" if limit["by"] else "after" if limit["after"] else "from" if limit["since"] else "on"
    at = clock.at if clock else days.at
    now = setting.now.time().replace(tzinfo=None)
    if days.same_weekday and clock and clock.at > now:
        days = replace(days, start=setting.today, end=setting.today)
    grain = days.grain
    if clock:
        grain = "minute" if clock.minute else "hour"
    elif reading.part:
        grain = "half_day"
    return DateExpression(
        span=Span(start, stop), said=text[start:stop], start=min(days.start, days.end), end=days.end, at=at,
        grain=grain, bound=bound, rule=reading.rule, past=_is_past(days.end, at, reading.part, setting),
    )  # fmt: skip


def _is_past(end: date, at: time | None, part: str, setting: Setting) -> bool:
    if end != setting.today:
        return end < setting.today
    now = setting.now
    if at:
        return at < now.time().replace(tzinfo=None)
    return bool(part) and now.hour >= part_end(part)
