"""Durations (三天内, 两周后), quarters, half years, years and seasons."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlu.date_days import (
    COUNT,
    NOT_IN_NUMBER,
    YEAR,
    Days,
    Rule,
    Setting,
    add_months,
    month_end,
    one_day,
    year_of,
)
from nlu.numerals import small_number

_UNIT = "个?工作日|天|日|个?(?:周|星期|礼拜)|个?月|个?季度|年|个?(?:小时|钟头)|分钟"
_RANGES = {"一两": 2, "两三": 3, "二三": 3, "三四": 4, "三五": 5, "四五": 5, "五六": 6, "七八": 8, "十来": 10}
_AMOUNT = rf"(?:{'|'.join(_RANGES)}|{COUNT}|半)"
_INSIDE = "之内|以内|内(?!部|存|容|审)"
_AFTER = "之后|以后|过后|后(?!台|面|续|付|勤|端|天|期|果|来|者)"
# 签约后三天内 counts from an event, 来过两天 tells of the past: neither counts from today.
_EVENTS = (
    *("报修", "到货", "装机", "签约", "验收", "上线", "试用", "收货", "发货", "下单", "开工", "付款"),
    *("后", "起", "第", "满", "每"),
)


def _length(match: re.Match[str]) -> tuple[int, str, bool] | None:
    """How many, of which unit, and whether a half is added."""
    words, unit = match["count"], match["unit"].removeprefix("个")
    half = "half" in match.groupdict() and bool(match["half"])
    if words == "半":
        return 0, unit, True
    count = _RANGES.get(words) or (int(words) if words.isdigit() else small_number(words))
    return None if count is None else (count, unit, half)


def _later(setting: Setting, count: int, unit: str, *, half: bool) -> Days | None:
    """The point in time that far from now; None where it cannot be told or lies beyond reason."""
    if unit in ("小时", "钟头", "分钟"):
        minutes = count if unit == "分钟" else count * 60 + 30 * half
        moment = setting.now + timedelta(minutes=minutes)
        at = moment.time().replace(second=0, microsecond=0, tzinfo=None)
        return Days(start=moment.date(), end=moment.date(), at=at, grain="minute")
    if unit == "工作日":
        return one_day(setting.calendar.add_workdays(setting.now, min(count, 250)).date())
    if unit in ("天", "日"):
        return one_day(setting.today + timedelta(days=count)) if count else None
    if unit in ("周", "星期", "礼拜"):
        return one_day(setting.today + timedelta(days=count * 7 + 3 * half))
    if unit in ("月", "季度"):
        months = count * 3 if unit == "季度" else count
        return one_day(add_months(setting.today, months) + timedelta(days=15 * half))
    return one_day(add_months(setting.today, count * 12 + 6 * half)) if count < 100 else None


def _duration(match: re.Match[str], setting: Setting) -> Days | None:
    length = _length(match)
    if length is None or match.string.endswith(_EVENTS, 0, match.start()):
        return None
    count, unit, half = length
    side = match["side"]
    if side[-1] == "前":
        if unit in ("小时", "钟头", "分钟", "工作日"):
            return None
        days = {"天": 1, "周": 7, "星期": 7, "礼拜": 7}.get(unit)
        past = setting.today - timedelta(days=count * days) if days else None
        months = {"年": 12, "季度": 3}.get(unit, 1)
        return one_day(past or add_months(setting.today, -count * months))
    point = _later(setting, count, unit, half=half)
    if point is None:
        return None
    if side[-1] == "内":
        return Days(start=setting.today, end=point.end, at=point.at, grain=point.grain, bound="by")
    return Days(start=point.start, end=point.end, at=point.at, grain=point.grain, bound="after")


def _coming(match: re.Match[str], setting: Setting) -> Days | None:
    length = _length(match)
    if length is None:
        return None
    point = _later(setting, length[0], length[1], half=length[2])
    if point is None:
        return None
    start = point.start if match["lead"][-1] == "过" else setting.today
    return Days(start=start, end=point.end, at=point.at, grain=point.grain)


def _quarter(match: re.Match[str], setting: Setting) -> Days:
    today, said, part = setting.today, match["which"] or "本", match["part"] or match["end"]
    this = (today.month - 1) // 3
    year = year_of(match["year"], today)
    if said[0] in "这本当下上":
        first = add_months(date(today.year, this * 3 + 1, 1), 3 * (said.count("下") - said.count("上")))
    else:
        index = "一二三四1234".index(said.strip("第个季度Qq份")) % 4
        first = date(year or today.year, index * 3 + 1, 1)
        if year is None and month_end(add_months(first, 2)) < today:
            first = date(today.year + 1, index * 3 + 1, 1)
    last = month_end(add_months(first, 2))
    if part == "初":
        return Days(start=first, end=first.replace(day=10), grain="ten_days")
    return one_day(last) if part in ("末", "底") else Days(start=first, end=last, grain="quarter")


def _half_year(match: re.Match[str], setting: Setting) -> Days:
    today = setting.today
    first = date(year_of(match["year"], today) or today.year, 1 if match["which"] == "上" else 7, 1)
    if not match["year"] and month_end(add_months(first, 5)) < today:
        first = add_months(first, 12)
    return Days(start=first, end=month_end(add_months(first, 5)), grain="half_year")


def _year(match: re.Match[str], setting: Setting) -> Days:
    number = year_of(match["year"], setting.today) or setting.today.year
    part = (match["part"] or "").removeprefix("年").removeprefix("的")
    if part == "初":
        if not match["year"] and setting.today.month > 1:
            past = setting.today.month < 10
            number += 0 if past else 1
        return Days(start=date(number, 1, 1), end=date(number, 1, 31), grain="month")
    if part == "中":
        if not match["year"] and setting.today > date(number, 6, 30):
            number += 1
        return Days(start=date(number, 6, 1), end=date(number, 6, 30), grain="month")
    end = date(number, 12, 31)
    if part in ("底", "末", "终"):
        return Days(start=date(number, 12, 1), end=end, grain="month")
    return Days(start=date(number, 1, 1), end=end, grain="year", bound="by" if part else "on")


_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12}


def _season(match: re.Match[str], setting: Setting) -> Days:
    today = setting.today
    month = _SEASONS[match["season"]]
    first = date(year_of(match["year"], today) or today.year, month, 1)
    if not match["year"] and month_end(add_months(first, 2)) < today:
        first = add_months(first, 12)
    return Days(start=first, end=month_end(add_months(first, 2)), grain="quarter")


def _summer_holiday(match: re.Match[str], setting: Setting) -> Days:
    today = setting.today
    year = year_of(match["year"], today) or today.year + (today > date(today.year, 8, 31))
    return Days(start=date(year, 7, 1), end=date(year, 8, 31), grain="month")


RULES = (
    Rule("duration", re.compile(
        rf"{NOT_IN_NUMBER}(?P<count>{_AMOUNT})(?P<unit>{_UNIT})"
        rf"(?P<side>{_INSIDE}|{_AFTER}|(?<!日)之?前(?!半|台|面|端))"),
        _duration),
    Rule("duration", re.compile(
        rf"{NOT_IN_NUMBER}(?P<count>{_AMOUNT})个(?P<half>半)(?P<unit>月|小时|钟头|星期|礼拜)"
        rf"(?P<side>{_INSIDE}|{_AFTER})"), _duration),
    Rule("coming", re.compile(
        rf"(?P<lead>(?:(?<![\u4e00-\u9fff])|(?<=[再要得等就说我他她们可能想准备])|再)过|再等|接下来的?|未来的?|今后的?)"
        rf"(?P<count>{_AMOUNT})(?P<unit>{_UNIT})(?:之后|以后|后|再|之?内)?"), _coming),
    Rule("quarter", re.compile(
        rf"(?:(?P<year>{YEAR})的?)?(?:(?P<which>第?[一二三四1-4]个?季度|(?<![A-Za-z])[Qq][1-4](?!\d)|(?:这个?|本|当|下个?|上个?)季度)"
        r"(?P<part>末|底|初)?(?:之内|以内|内|里)?|(?<![每个])季度(?P<end>[末底]|内(?!部)))"),
        _quarter),
    Rule("half_year", re.compile(
        rf"(?:(?P<year>{YEAR})的?)?(?P<which>[上下])半年(?:之内|以内|内|里)?"), _half_year),
    Rule("season", re.compile(
        rf"(?:(?P<year>{YEAR})的?)?[开入]?(?P<season>[春夏秋冬])"
        "(?:天|季(?!学期|校服|款|新品|班|招生)|(?<=[开入].))"), _season),
    Rule("summer_holiday", re.compile(rf"(?:(?P<year>{YEAR})的?)?暑假(?!班|工|作业)"), _summer_holiday),
    Rule("year", re.compile(
        rf"(?P<year>{YEAR})(?!产|款|期|货|份?合同)"
        "(?P<part>年?[底末初中](?!标|间|国|期)|之内|以内|内|里)?"), _year),
    Rule("year", re.compile(
        r"(?P<year>)(?<![\d一二两三四五六七八九十百几多半新每])年(?P<part>底(?!薪)|末|终(?=前|之前)|初(?![一二三四五六七八九十])"
        r"|中(?=之?前|以前)|之内|以内|内)"), _year),
)  # fmt: skip
