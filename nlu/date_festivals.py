"""Holidays and festivals as anchors: 国庆前, 节后第一个工作日, 年后, 春节前两周, 正月十五."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.calendar import ONE_DAY, Festival
from nlu.date_days import COUNT, YEAR, Days, Rule, Setting, add_months, one_day, week_start, year_of
from nlu.numerals import small_number

_OFFICIAL = {
    "元旦": Festival.NEW_YEAR, "春节": Festival.SPRING_FESTIVAL, "新春": Festival.SPRING_FESTIVAL,
    "过年": Festival.SPRING_FESTIVAL, "年": Festival.SPRING_FESTIVAL, "清明": Festival.TOMB_SWEEPING,
    "五一": Festival.LABOUR_DAY, "劳动节": Festival.LABOUR_DAY, "端午": Festival.DRAGON_BOAT,
    "中秋": Festival.MID_AUTUMN, "国庆": Festival.NATIONAL_DAY, "十一": Festival.NATIONAL_DAY,
}  # fmt: skip
_FIXED = {
    "双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "618": (6, 18),
    "六一八": (6, 18), "圣诞": (12, 25), "平安夜": (12, 24), "三八": (3, 8), "妇女节": (3, 8),
    "六一": (6, 1), "儿童节": (6, 1), "教师节": (9, 10), "情人节": (2, 14),
}  # fmt: skip
_FROM_NEW_YEAR = {"除夕": -1, "年三十": -1, "大年三十": -1, "小年": -7, "元宵": 14, "大年初": 0}

# Before these Spring Festivals the twelfth lunar month has 30 days, else 29 (computed with lunardate).
_LONG_TWELFTH_MONTH = frozenset({2024, 2030, *range(2033, 2039), *range(2042, 2049)})

_NOT_IN_NUMBER = r"(?<![\d一二三四五六七八九十百千万点块毛周期拜])"
_NAMES = (
    rf"元旦|春节|新春|清明|{_NOT_IN_NUMBER}五一(?!路|广场|村|镇|大道|小区|商|[个台套块件家])|劳动节|端午|中秋|国庆"
    rf"|{_NOT_IN_NUMBER}(?<!双)十一(?=国庆|之?前|以前|之?后|以后|过后|假|长假|放假|期间|黄金周|回来)"
    r"|双十一|双11|双十二|双12|(?<!\d)618(?![\d台套件个元块万])|六一八|圣诞|平安夜|妇女节|儿童节|教师节|情人节"
    rf"|{_NOT_IN_NUMBER}(?:三八|六一)(?=妇女|儿童|节|之?前|以前|之?后|以后|期间|当天)|大?年三十|除夕|小年(?!轻)|元宵"
    "|过年(?!轻|份)"
)
_NOT_GOODS = (
    "(?!国庆|月饼|礼|粽|促销|大促|活动|那?个?档|那个堆|备货|订单|专|压|贺|快乐|福利|套餐|款|版|装(?!修)"
    "|路|汤圆|树|老人|的?货)"
)
_BEFORE = "(?:放假|假期|小?长假|来|到)?(?:之前|以前|前(?!台|面|期|后))"
_OVER = "回来|之后|以后|过后|过完|过了|后(?!台|面|续|勤)|上班"
_AFTER = f"(?:假期|放假|放完假|小?长假)?(?:结束)?(?:{_OVER})(?:以后|之后|后)?"
_DURING = "期间|假期|长假|小长假|放假|黄金周"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feast:
    """A festival of one year: its day, the first and the last day off, and the last day before it."""

    day: date
    first: date
    last: date
    eve: date


def _feast(name: str, setting: Setting, since: date, *, after: bool = False) -> _Feast | None:
    """The first such festival not over at `since`; with `after` also one whose week after it still runs."""
    back = timedelta(days=20) if after else timedelta()
    candidates = sorted(_feasts(name, setting, since - back), key=lambda feast: feast.first)
    for feast in candidates:
        if feast.last >= since or (after and _week_after(feast, setting).end >= since):
            return feast
    return None


def _feasts(name: str, setting: Setting, since: date) -> list[_Feast]:
    if name in _FIXED:
        days = [date(year, *_FIXED[name]) for year in range(since.year, since.year + 2)]
        return [_Feast(day=day, first=day, last=day, eve=day - ONE_DAY) for day in days]
    shift = _FROM_NEW_YEAR.get(name)
    kind = Festival.SPRING_FESTIVAL if shift is not None else _OFFICIAL[name]
    feasts = []
    for holiday in setting.calendar.holidays:
        if holiday.festival is kind and shift is not None:
            day = holiday.day + timedelta(days=shift)
            feasts.append(_Feast(day=day, first=day, last=day, eve=day - ONE_DAY))
        elif holiday.festival is kind:
            # 春节前 and 年前 end a day before New Year's Eve, wherever the official days off begin.
            spring = kind is Festival.SPRING_FESTIVAL
            eve = holiday.day - 2 * ONE_DAY if spring else holiday.first - ONE_DAY
            feasts.append(_Feast(day=holiday.day, first=holiday.first, last=holiday.last, eve=eve))
    return [feast for feast in feasts if feast.last >= since]


def _week_after(feast: _Feast, setting: Setting) -> Days:
    workday = setting.calendar.next_workday(feast.last)
    return Days(start=workday, end=workday + timedelta(days=6), bound="after")


def _next_break(setting: Setting, *, after: bool) -> _Feast | None:
    """节 without a name: the next official holiday, or for 节后 also the one just over."""
    feasts = [_feast(name, setting, setting.today, after=after) for name in
              ("元旦", "春节", "清明", "五一", "端午", "中秋", "国庆")]  # fmt: skip
    return min((feast for feast in feasts if feast), key=lambda feast: feast.first, default=None)


def _festival(match: re.Match[str], setting: Setting) -> Days | None:
    name, side = match["name"], "before" if match["before"] else "after" if match["after"] else ""
    if match["done"]:
        side = "after"
    if name.startswith("大年"):
        name = name.removeprefix("大")
    year = year_of(match["year"], setting.today)
    since = setting.today if year is None or year == setting.today.year else date(year, 1, 1)
    feast = _feast(name, setting, since, after=side == "after")
    if feast is None:
        return None
    return _beside(feast, side, match, setting)


def _break(match: re.Match[str], setting: Setting) -> Days | None:
    side = "after" if match["after"] or match["done"] else "before"
    feast = _next_break(setting, after=side == "after")
    return _beside(feast, side, match, setting) if feast else None


def _new_year(match: re.Match[str], setting: Setting) -> Days | None:
    side = "after" if match["after"] or match["done"] else "before"
    since = setting.today
    lately = _feasts("年", setting, since - timedelta(days=100))
    if any(0 < (since - feast.day).days <= 100 for feast in lately):
        # From spring to early summer 年前 and 年后 speak of the New Year just over (年前报的价).
        since -= timedelta(days=100)
    feast = _feast("年", setting, since, after=side == "after")
    return _beside(feast, side, match, setting) if feast else None


def _beside(feast: _Feast, side: str, match: re.Match[str], setting: Setting) -> Days:
    parts = match.groupdict()
    if side == "before":
        if parts.get("count"):
            count, unit = small_number(parts["count"] or "") or 1, (parts["unit"] or "").removeprefix("个")
            weeks_or_days = timedelta(days=count * (1 if unit == "天" else 7))
            return one_day(add_months(feast.first, -count) if unit == "月" else feast.first - weeks_or_days)
        return Days(start=feast.eve, end=feast.eve, bound="by")
    if side == "after":
        return _after(feast, parts, setting)
    if parts.get("during"):
        return Days(start=feast.first, end=feast.last)
    return one_day(feast.day)


def _after(feast: _Feast, parts: dict[str, str | None], setting: Setting) -> Days:
    week = _week_after(feast, setting)
    if nth := parts.get("nth"):
        day = feast.last
        for _ in range(small_number(nth) or 1):
            day = setting.calendar.next_workday(day)
        return one_day(day)
    if parts.get("first_day"):
        return one_day(week.start)
    if weekday := parts.get("weekday"):
        ahead = ("一二三四五六日天".index(weekday) % 7 if weekday != "天" else 6) - week.start.weekday()
        return one_day(week.start + timedelta(days=ahead % 7))
    if parts.get("first_week"):
        return Days(start=week.start, end=week_start(week.start) + timedelta(days=6), grain="week")
    return week


def _lunar(match: re.Match[str], setting: Setting) -> Days | None:
    number = small_number(match["number"].removeprefix("初"))
    if number is None or not 1 <= number <= 30:
        return None
    feasts = _feasts("年", setting, setting.today - timedelta(days=60))
    for feast in sorted(feasts, key=lambda feast: feast.day):
        if match["month"] == "腊月":
            days = 30 if feast.day.year in _LONG_TWELFTH_MONTH else 29
            day = feast.day - timedelta(days=days - number + 1)
        else:
            day = feast.day + timedelta(days=number - 1)
        near = abs((day - setting.today).days) <= 40
        if day >= setting.today and (match["month"] or near):
            return one_day(day)
    return None


_HOW_LONG_BEFORE = rf"(?:(?P<count>{COUNT})(?P<unit>天|个?(?:周|星期|礼拜|月)))?"
_WHICH_AFTER = (
    rf"(?:的?第(?P<nth>{COUNT})个?工作日|的?(?P<first_day>第一天(?:上班)?|上班第一天|首个工作日)|的?(?P<first_week>第一周|首周|第一个?(?:星期|礼拜))|[一1](?:周|个星期|个礼拜)(?:之内|以内|内)"
    r"|的?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?!起|共|定|直|般))?"
)

RULES = (
    Rule("festival", re.compile(
        rf"(?:(?P<year>{YEAR})的?)?(?P<done>过完|过了|放完)?(?P<name>{_NAMES})节?"
        rf"(?:(?P<before>{_BEFORE}){_HOW_LONG_BEFORE}|(?P<after>{_AFTER}){_WHICH_AFTER}"
        rf"|(?P<during>{_DURING})|{_NOT_GOODS}(?:当天)?)"), _festival),
    Rule("new_year", re.compile(
        r"(?P<done>过完年|过了年|过完大年|出了年|年一?过完)(?:之后|以后|后)?(?P<after>)"
        + _WHICH_AFTER), _new_year),
    Rule("new_year", re.compile(
        r"(?P<done>)(?<![\d一二两三四五六七八九十百几多半去今明后前些每同当来往青成中老])年"
        rf"(?:(?P<before>之前|前(?!半|三|台|面)){_HOW_LONG_BEFORE}"
        rf"|(?P<after>之后|后(?!台|面|续)){_WHICH_AFTER})"), _new_year),
    Rule("break", re.compile(
        r"(?P<done>)(?<![关环季情章调细春佳字礼支骨枝末小])(?:过?节|放假|小?长假|假期)(?:(?P<before>之前|前(?!台|面|后|端|侧))"
        rf"{_HOW_LONG_BEFORE}|(?P<after>(?<!放假)(?:之后|后(?!台|面|续|方|侧|端)|回来)){_WHICH_AFTER})"),
        _break),
    Rule("break", re.compile(
        r"(?P<done>放完假|收假|过完节|假期结束)(?:之后|以后|后|回来)?(?P<after>)" + _WHICH_AFTER), _break),
    Rule("lunar", re.compile(
        r"(?P<month>正月|腊月)(?P<number>初?[一二三四五六七八九十廿]{1,3})(?![个台套月])"), _lunar),
    Rule("lunar", re.compile(
        r"(?:大年|年)(?P<month>)(?P<number>初[一二三四五六七八九十])(?![直定起共学中])"), _lunar),
    Rule("lunar", re.compile(
        r"(?P<month>)(?P<number>初[一二三四五六七八九十])(?![直定起共学中步期级次生班部])"), _lunar),
)  # fmt: skip
