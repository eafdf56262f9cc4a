"""Finds the dates and times that a note speaks of and resolves them against the moment it was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.domain.calendar import ONE_DAY, SHANGHAI, WorkCalendar
from bot.domain.understanding import Deadline, Span
from nlu import date_festivals, date_rules, date_spans
from nlu.date_clock import BARE_DAYPART, Clock, match_time, part_end
from nlu.date_days import Days, Rule, Setting
from nlu.numerals import FULL_WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class DateExpression:
    """Words of time and the days they mean: `end` is the last day in time, `start` the first (下周: Monday).

    `grain` is minute, hour, half_day, day, week, ten_days, month, quarter, half_year or year; `bound` is on,
    by (之前, 内), after (后) or from (起). `past`: all of it lay behind the note (昨天, 上周三).
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
        rule = f"date.{self.rule}"
        return Deadline(start=self.start, end=self.end, at=self.at, said=self.said, span=self.span, rule=rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """An expression in the making: what was read up to `stop`."""

    days: Days
    rule: str
    stop: int
    clock: Clock | None = None


# More exact kinds first: at one place in the text the first rule that fits wins.
_RULES: tuple[Rule, ...] = (
    *(rule for rule in date_spans.RULES if rule.name in ("duration", "coming")),
    *date_festivals.RULES,
    *date_rules.RULES,
    *(rule for rule in date_spans.RULES if rule.name not in ("duration", "coming")),
)


def _without_names(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


_OFFICE_END = "下班(?:之前|以前|前)"
_FIRST_CHARACTER = (
    r"[\d一二两三四五六七八九十廿半第今明后昨前大这本上中下周星礼每月年季Qq初正腊元春夏秋冬清劳端国双六圣平妇儿教情除小过"
    "放新节假再接未去转来当入开次长暑傍晚早凌收出]"
)
_HEAD = re.compile(
    f"(?={_FIRST_CHARACTER})(?:"
    + "|".join(f"(?P<r{index}>{_without_names(rule.pattern.pattern)})" for index, rule in enumerate(_RULES))
    + rf"|(?P<office_end>{_OFFICE_END})|(?P<part>{BARE_DAYPART})"
    + r"|(?P<clock>(?:2[0-4]|[01]?\d|[一二两三四五六七八九十]{1,3})(?:[:点]|时(?=\d|整|前|之前))))"
)
_RECURRING = re.compile("(?:每(?:个?[月周年天]|个?季度|个?星期|个)?|天天)$")
_GAP = re.compile(r"(?:的| )?(?=[上早清大一凌中下午傍晚夜正半白\d二两三四五六七八九十])")
_JOINT = re.compile(r" ?(?:或者是?|或是?|还是|到|至|、|[-~—](?=\d|周|星)|以及|和|与)? ?")
_ADJOINING = ("weekday", "near_day", "day_of_month")
"""What is a choice also without a word between: 周二周三, 8号9号."""
_OFFICE_END_AFTER = re.compile(f"的?{_OFFICE_END}")
_BOUND = re.compile(
    "(?P<by>之前|以前|前(?!台|面|期|端|途|沿|后|往|提|脚|半|三|两|来)|之内|以内|为止)"
    "|(?P<after>之后|以后|过后|后(?!台|面|续|期|勤|端|天|备|院|来|者|付|半))"
    "|(?P<since>起(?!来|步|草)|开始)|前后|左右"
)
_SENTENCE_END = re.compile("[。;；!！?？\n]")
_REACH = 25
"""How many characters a lone clock time looks back for its day."""
_CORRECTION = 8
"""How many characters after a clock time a bare hour is another one (三点不对四点)."""


def find_dates(text: str, *, now: datetime, calendar: WorkCalendar) -> tuple[DateExpression, ...]:
    """The words of time in `text`, left to right and never overlapping, seen from `now` in Shanghai.

    Vague words (尽快, 回头, 有空) and counts that look like times (三点意见, 两周 as a length) are left out.
    """
    plain = text.translate(FULL_WIDTH)
    local = now.astimezone(SHANGHAI)
    setting = Setting(now=local, today=local.date(), calendar=calendar)
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
        rows.append(
            {"text": found.said, "start": start, "end": end, "grain": found.grain, "bound": found.bound}
        )
    return rows


def _read(text: str, match: re.Match[str], setting: Setting, found: list[DateExpression]) -> _Reading | None:
    kind = match.lastgroup or ""
    if kind == "office_end":
        day = Days(start=setting.today, end=setting.today, bound="by")
        return _Reading(days=day, rule="office_end", stop=match.end())
    if kind in ("part", "clock"):
        return _read_time(text, match.start(), setting, found)
    reading = _read_days(text, match, setting)
    if reading is None:
        return None
    reading = _with_time(text, reading)
    return reading if reading.clock else _with_choice(text, reading, setting)


def _read_days(text: str, match: re.Match[str], setting: Setting) -> _Reading | None:
    rule = _RULES[int((match.lastgroup or "r0")[1:])]
    said = rule.pattern.match(text, match.start())
    days = rule.resolve(said, setting) if said else None
    return _Reading(days=days, rule=rule.name, stop=said.end()) if said and days else None


def _with_time(text: str, reading: _Reading) -> _Reading:
    """Adds the part of the day and the clock time that follow a day (周五下午四点)."""
    days = reading.days
    gap = _GAP.match(text, reading.stop)
    if days.grain != "day" or days.at or days.bound == "by" or gap is None:
        return reading
    clock = match_time(text, gap.end(), dated=True)
    return replace(reading, stop=clock.end, clock=clock) if clock else reading


def _with_choice(text: str, reading: _Reading, setting: Setting) -> _Reading:
    """Of a choice or a range (下周二或者周三, 25号到28号) the later counts."""
    joint = _JOINT.match(text, reading.stop)
    match = _HEAD.match(text, joint.end()) if joint and reading.days.bound == "on" else None
    if joint is None or match is None or not (match.lastgroup or "").startswith("r"):
        return reading
    other = _read_days(text, match, replace(setting, today=reading.days.end))
    if other and not other.days.loose:
        other = _read_days(text, match, setting)
    if other is None or other.days.bound != "on" or other.days.end <= reading.days.end:
        return reading
    if not joint.group().strip() and (other.rule != reading.rule or other.rule not in _ADJOINING):
        return reading
    merged = replace(reading.days, end=other.days.end, same_weekday=False)
    return _with_time(text, _Reading(days=merged, rule=reading.rule, stop=other.stop))


def _read_time(text: str, start: int, setting: Setting, found: list[DateExpression]) -> _Reading | None:
    """A part of the day or a clock time without a day: of the day last spoken of, else today."""
    last = _spoken_of(text, start, found)
    timed = last is not None and last.at is not None and start - last.span.end <= _CORRECTION
    evening = timed and last is not None and any(word in last.said for word in ("晚", "夜"))
    clock = match_time(text, start, dated=timed, evening=evening)
    if clock is None:
        return None
    # 昨天下午…晚上 goes on telling of yesterday; after a bare 昨天 a deed that follows is today's.
    leans = last is not None and (not last.past or (clock.part and last.grain != "day"))
    day = last.end if last and leans else setting.today
    if clock.at and not clock.part and day == setting.today and clock.at < _time_of(setting.now):
        day += ONE_DAY
    rule = "clock" if clock.at else "part"
    return _Reading(days=Days(start=day, end=day), rule=rule, stop=clock.end, clock=clock)


def _spoken_of(text: str, at: int, found: list[DateExpression]) -> DateExpression | None:
    """The single day that the same sentence has just spoken of."""
    last = found[-1] if found else None
    if last is None or at - last.span.end > _REACH or _SENTENCE_END.search(text, last.span.end, at):
        return None
    return last if last.start == last.end and last.grain in ("minute", "hour", "half_day", "day") else None


def _express(text: str, plain: str, start: int, reading: _Reading, setting: Setting) -> DateExpression:
    days, clock, stop, bound = reading.days, reading.clock, reading.stop, reading.days.bound
    if bound == "on" and (ending := _OFFICE_END_AFTER.match(plain, stop)):
        stop, bound = ending.end(), "by"
    elif bound == "on" and (limit := _BOUND.match(plain, stop)):
        stop = limit.end()
        bound = next((kind for kind in ("by", "after") if limit[kind]), "from" if limit["since"] else "on")
    at = clock.at if clock else days.at
    if days.same_weekday and at and at > _time_of(setting.now):
        days = replace(days, start=setting.today, end=setting.today)
    grain = days.grain
    if clock:
        grain = "half_day" if at is None else "minute" if at.minute else "hour"
    past = _is_past(days.end, at, clock.part if clock else "", setting.now)
    return DateExpression(
        span=Span(start, stop), said=text[start:stop], start=days.start, end=days.end, at=at, grain=grain,
        bound=bound, rule=reading.rule, past=past,
    )  # fmt: skip


def _is_past(end: date, at: time | None, part: str, now: datetime) -> bool:
    if end != now.date():
        return end < now.date()
    return at < _time_of(now) if at else bool(part) and now.hour >= part_end(part)


def _time_of(now: datetime) -> time:
    return now.time().replace(tzinfo=None)
