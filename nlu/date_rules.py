"""Weekdays, weeks, days of the month, months and the days around today."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlu.date_days import (
    COUNT,
    MONTH,
    NOT_IN_NUMBER,
    YEAR,
    Days,
    Rule,
    Setting,
    add_months,
    month_end,
    one_day,
    week_start,
    year_of,
)
from nlu.numerals import MEASURES, small_number

_WEEK = "(?:周|星期|礼拜|週)"
_WHICH = r"(?:这一?个?|本|下下个?|下一?个?|上上个?|上一?个?)"
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6}
_COUNTED = r"(?!十?[一二三四五六七八九]?(?:个|家|份|套|次|位|天|号|款|吨|箱|件|条(?!款|件)|台(?!州|湾|北)))"
# What a weekday's last character is when it begins the next word: 下周一起去, 下周日本客户来, 周六福.
_WEEKDAY = (
    "(?:一(?!起|共|般|直|定|致|样|些|下子|趟|切|并|块儿?去|块过|律|旦|概|同(?!意|步)|边|半|[百千万]|次|个|份|套|家|位)"
    rf"|[二三四五六]{_COUNTED}(?!福|[十百千万](?!点)|川|亚|星)"
    "|日(?!本|常|均|化|报|程|立|产)|天(?!津|猫|天))"
)
_NOT_A_DAY_NUMBER = (
    "(?!线(?!上|下|路)|楼(?!上|下)|机(?!器|票|场|房|床|械|构|会)|电池|会议室|车间|车位|产线|生产线|门(?!店|诊|市)|厂房|仓(?!库)"
    "|库(?!存|里)|店(?!里|庆)|馆|展|桌|泵|炉|罐|池|塔|汽油|柴油|油(?!漆)|钢|公馆|选手|首长|文件|令|地块|地铁|柜(?!子)|岛|井|窗|工位|人)"
)


# 二月十四 without 号: only two characters and more, and no count of something.
_SPOKEN_DAY = f"(?<=十[一二三四五六七八九])(?![一二三四五六七八九十百千万几多来点月年周天]|{MEASURES})"


def _weekday(match: re.Match[str], setting: Setting) -> Days | None:
    index = _WEEKDAYS[match["day"]]
    which = match["which"] or match["outer"]
    if match["today"]:
        return one_day(setting.today)
    more = timedelta(days=(_WEEKDAYS[match["last"]] - index) % 7) if match["last"] else timedelta()
    if which:
        monday = week_start(setting.today) + timedelta(weeks=_week_shift(which))
        day = monday + timedelta(days=index)
        return Days(start=day, end=day + more)
    ahead = (index - setting.today.weekday()) % 7
    day = setting.today + timedelta(days=ahead or 7)
    return Days(start=day, end=day + more, loose=True, same_weekday=not ahead and not more)


def _week_shift(which: str) -> int:
    return which.count("下") + which.count("次") - which.count("上")


def _weekend_pair(match: re.Match[str], setting: Setting) -> Days:
    monday = week_start(setting.today) + timedelta(weeks=_week_shift(match["which"] or ""))
    return Days(start=monday + timedelta(days=5), end=monday + timedelta(days=6))


def _week(match: re.Match[str], setting: Setting) -> Days:
    monday = week_start(setting.today) + timedelta(weeks=_week_shift(match["which"]))
    sunday = monday + timedelta(days=6)
    part = match["part"] or ""
    if part == "初":
        return Days(start=monday, end=monday + timedelta(days=1), grain="week")
    if part == "中":
        return Days(start=monday + timedelta(days=1), end=monday + timedelta(days=3), grain="week")
    if part in ("末", "尾"):
        return Days(start=sunday - timedelta(days=1), end=sunday, grain="day")
    return Days(start=monday, end=sunday, grain="week", bound="by" if part else "on")


def _day_of_month(match: re.Match[str], setting: Setting) -> Days | None:
    first = _next_numbered(match["since"], setting.today) if match["since"] else None
    last = _next_numbered(match["dom"], first or setting.today)
    if last is None or (match["since"] and first is None):
        return None
    return Days(start=first or last, end=last, loose=True)


def _next_numbered(said: str, since: date) -> date | None:
    """The next day of that number from `since` on; a month without a 31st is passed over."""
    number = small_number(said)
    if number is None or not 1 <= number <= 31:
        return None
    month = since.replace(day=1)
    while month_end(month).day < number or month.replace(day=number) < since:
        month = add_months(month, 1)
    return month.replace(day=number)


def _month_and_day(match: re.Match[str], setting: Setting) -> Days | None:
    number = small_number(match["dom"])
    month = _month_start(match["month"], match["year"], setting.today, number)
    if month is None or number is None or not 1 <= number <= month_end(month).day:
        return None
    return one_day(month.replace(day=number))


def _iso_day(match: re.Match[str], setting: Setting) -> Days | None:
    del setting
    try:
        return one_day(date(int(match["y"]), int(match["m"]), int(match["d"])))
    except ValueError:
        return None


def _slash_day(match: re.Match[str], setting: Setting) -> Days | None:
    month = _month_start(match["m"] + "月", None, setting.today, int(match["d"]))
    if month is None or not 1 <= int(match["d"]) <= month_end(month).day:
        return None
    return one_day(month.replace(day=int(match["d"])))


def _month_start(word: str, year_word: str | None, today: date, day: int | None = None) -> date | None:
    """The first of the month that `word` means.

    A month without a year is the next one, but one that ended within the last two months is that one: nobody
    sets a deadline ten months ahead without naming the year, while 5月的货 is talked about in June.
    """
    if word[0] in "这本当下次上":
        return add_months(today.replace(day=1), _week_shift(word))
    number = small_number(word.removesuffix("份").removesuffix("月"))
    if number is None or not 1 <= number <= 12:
        return None
    year = year_of(year_word, today)
    if year is not None:
        return date(year, number, 1)
    first = date(today.year, number, 1)
    last = min(first.replace(day=min(day, 28)), month_end(first)) if day else month_end(first)
    if last < today - timedelta(days=62):
        return date(today.year + 1, number, 1)
    before = date(today.year - 1, number, 1)
    return before if month_end(before) >= today - timedelta(days=31) else first


def _month(match: re.Match[str], setting: Setting) -> Days | None:
    month = _month_start(match["month"] or "本月", match["year"], setting.today)
    if month is None:
        return None
    return Days(start=month, end=month_end(month), grain="month", bound="by" if match["inside"] else "on")


def _month_part(match: re.Match[str], setting: Setting) -> Days | None:
    part = match["part"]
    if match["month"]:
        month = _month_start(match["month"], match["year"], setting.today)
    else:
        month = setting.today.replace(day=1)
        if setting.today > _part_of(month, part).end:
            month = add_months(month, 1)
    return _part_of(month, part) if month else None


def _part_of(month: date, part: str) -> Days:
    if part == "中下旬":
        return Days(start=month.replace(day=11), end=month_end(month), grain="ten_days")
    if part[-1] == "初" or part == "上旬":
        return Days(start=month, end=month.replace(day=10), grain="ten_days")
    if "中" in part:
        return Days(start=month.replace(day=11), end=month.replace(day=20), grain="ten_days")
    end = month_end(month)
    return Days(start=month.replace(day=21), end=end, grain="ten_days") if part[0] == "下" else one_day(end)


_NEAR = {
    "大大后天": 4, "大后天": 3, "后天": 2, "明": 1, "今": 0, "昨": -1, "大前天": -3, "前天": -2,
}  # fmt: skip


def _near_day(match: re.Match[str], setting: Setting) -> Days:
    said = match.group()
    shift = next(days for word, days in _NEAR.items() if said.startswith(word))
    return one_day(setting.today + timedelta(days=shift))


def _few_days(match: re.Match[str], setting: Setting) -> Days:
    said, today = match.group(), setting.today
    if said[0] in "前上":
        return Days(start=today - timedelta(days=3), end=today - timedelta(days=1))
    if said.startswith("明"):
        return Days(start=today + timedelta(days=1), end=today + timedelta(days=2))
    if said.startswith("今明后") or said[1] in "几三" or said[2:3] == "三":
        days = 2 if said.startswith("今") else 3
        return Days(start=today, end=today + timedelta(days=days))
    return Days(start=today, end=today + timedelta(days=1))


_INSIDE = "内|之内|以内"

RULES = (
    Rule("weekend_pair", re.compile(
        rf"(?P<which>{_WHICH})?{_WEEK}六(?:到|至|和|、|或者?)?(?:{_WEEK})?[日天]"), _weekend_pair),
    Rule("weekday", re.compile(
        rf"(?P<today>(?:今天|今儿|今日)(?:都|已经?|就)?是?)?(?<![每隔双单])(?:(?P<outer>{_WHICH}){_WEEK}的?)?"
        rf"(?P<which>{_WHICH})?(?<![\d一二两三四五六七八九十几每半]){_WEEK}(?P<day>{_WEEKDAY})"
        rf"(?:(?:或者?|、|到|至)(?P<last>{_WEEKDAY}))?"), _weekday),
    Rule("near_day", re.compile(
        "大大后天|大后天|(?<!先)后天|明(?:天|日|儿)|今(?:天|日|儿)(?!明)|昨(?:天|日|儿)|大前天|前天"
        "|明(?=[早晚晨])(?!早[就点])|今(?=[早晚晨夜])(?!晚点)|昨(?=[晚夜早])"), _near_day),
    Rule("few_days", re.compile(
        "明后[两天](?!年)天?|今明后?[两三天](?!年)天?"
        "|这(?:一?两|两三|三|几)[天日]|[前上][两几]天|前些天"), _few_days),
    Rule("week", re.compile(
        rf"(?P<which>{_WHICH}){_WEEK}(?!期(?![一二三四五六日天])|边|围|转|岁|刊|报|年|到)"
        "(?P<part>[初中末尾]|之内|以内|内(?!部)|里)?"), _week),
    Rule("weekend", re.compile(
        r"(?P<which>)(?<![\d一二两三四五六七八九十几半每数])(?:周|礼拜)(?P<part>末|内(?!部))"), _week),
    Rule("iso_day", re.compile(
        r"(?<!\d)(?P<y>20\d\d)[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})(?:[日号]|(?!\d))"), _iso_day),
    Rule("month_and_day", re.compile(
        rf"(?:(?P<year>{YEAR})的?)?(?P<month>{MONTH})的?(?P<dom>{COUNT})(?:[号日]|{_SPOKEN_DAY})"),
        _month_and_day),
    Rule("month_part", re.compile(
        rf"(?:(?P<year>{YEAR})的?)?"
        rf"(?:(?P<month>{MONTH})的?月?|(?<![岁每年])月(?!中)|(?<![个岁每年])月(?=中)|(?=[上中下]旬))"
        "(?P<part>底(?!薪|价|层)|末|初(?!步|期|稿|版|始|级)|上旬|中下旬|中旬|下旬|中(?!间|国|标|心|午|秋|信|石))"),
        _month_part),
    Rule("month", re.compile(
        rf"(?:(?P<year>{YEAR})的?)?(?P<month>{MONTH})(?!饼|亮|季度|台)(?P<inside>{_INSIDE})?"), _month),
    Rule("month", re.compile(rf"(?P<year>)(?<![\d个半几])(?P<month>)月(?P<inside>{_INSIDE})(?!部)"), _month),
    Rule("slash_day", re.compile(
        r"(?<![\d./])(?P<m>1[0-2]|0?[1-9])[./](?P<d>[12]\d|3[01]|0?[1-9])"
        r"(?:[号日]|(?=之?前(?!三|两|一)|以前|[上下]午|晚上|早上))"), _slash_day),
    Rule("day_of_month", re.compile(
        rf"(?<![A-Za-z#第]){NOT_IN_NUMBER}(?:(?P<since>{COUNT})[号日]?(?:[-~—、到至]|或者?))?(?P<dom>{COUNT})(?:号{_NOT_A_DAY_NUMBER}"
        r"|(?:(?<=\d)|(?<=[一二三十][一二三四五六七八九十]))日(?!内|后|之(?!前)|均|常|游|元))"),
        _day_of_month),
)  # fmt: skip
