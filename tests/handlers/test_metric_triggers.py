"""Slow first contact for days brings words to the rep: once a week, with the morning, within the budgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.metric_rules import MetricRule
from bot.domain.nudges import Subject
from tests.handlers.office import Office, words

ADMIN = "zhaogong"
BIND = "/触发 首次联系>15分钟 连续3天 → 嫌贵、要招标一"
DAYS = ("11-16", "11-17", "11-18")


def tell_leads(office: Office, *, minutes: float, days: tuple[str, ...] = DAYS) -> None:
    """A lead for 李明 each day, with the first contact after that long."""
    for day in days:
        office.at(f"{day} 10:00")
        shown = office.say(ADMIN, f"/线索 {day} 的公司 / / 华东")
        who = "liming" if "liming" in str([each.to for each in shown]) else "zhouqian"
        assert who == "liming"
        office.wait(minutes=minutes)
        office.tick()
        office.tap("liming", shown, "已联系")


def morning(office: Office, day: str) -> str:
    """What 李明 gets in the morning of that day."""
    office.at(f"{day} 08:47")
    office.begin_day()
    return words([each for each in office.tick() if each.to == office.member("liming").address])


@pytest.fixture
def alone(office: Office) -> Office:
    """An office in which 李明 gets every lead of 华东."""
    office.at("11-16 09:00")
    zhouqian = office.member("zhouqian")
    with office.look() as uow:
        uow.members.save(replace(zhouqian, active=False))
    return office


def test_three_slow_days_bring_the_words_and_a_tap_opens_them(alone: Office) -> None:
    alone.say(ADMIN, BIND)
    tell_leads(alone, minutes=16)
    alone.at("11-19 08:47")
    alone.begin_day()
    alone.begin_day()
    shown = alone.tick()
    assert "这几天线索来得密" in words(shown)
    assert "嫌贵时这样说" in words(alone.tap("liming", shown, "💬 嫌贵"))


@pytest.mark.parametrize(
    ("minutes", "days"), [(15, DAYS), (16, DAYS[:2]), (3, DAYS)], ids=["at the limit", "two days", "fast"]
)
def test_without_three_slow_days_nothing_comes(alone: Office, minutes: int, days: tuple[str, ...]) -> None:
    alone.say(ADMIN, BIND)
    tell_leads(alone, minutes=minutes, days=days)
    assert "线索来得密" not in morning(alone, "11-19")


def test_a_fast_day_breaks_the_row_and_days_without_leads_do_not(alone: Office) -> None:
    alone.say(ADMIN, BIND)
    tell_leads(alone, minutes=16, days=("11-09", "11-11"))
    tell_leads(alone, minutes=2, days=("11-12",))
    tell_leads(alone, minutes=16, days=("11-13", "11-17"))
    assert "线索来得密" not in morning(alone, "11-18")
    tell_leads(alone, minutes=16, days=("11-18",))
    assert "线索来得密" in morning(alone, "11-19")


def test_not_twice_within_seven_days_even_if_bound_anew(alone: Office) -> None:
    alone.say(ADMIN, BIND)
    tell_leads(alone, minutes=16)
    assert "线索来得密" in morning(alone, "11-19")
    alone.say(ADMIN, "/触发 删 1")
    alone.say(ADMIN, BIND)
    for day in ("11-20", "11-23", "11-25"):
        assert "线索来得密" not in morning(alone, day)
    assert "线索来得密" in morning(alone, "11-27")


def test_a_dropped_trigger_and_a_day_off_bring_nothing(alone: Office) -> None:
    alone.say(ADMIN, BIND)
    tell_leads(alone, minutes=16, days=("11-18", "11-19", "11-20"))
    assert morning(alone, "11-21") == ""
    alone.say(ADMIN, "/触发 删 1")
    assert "线索来得密" not in morning(alone, "11-23")


def test_who_wants_quiet_is_left_alone_and_who_wants_a_list_gets_it_too(alone: Office) -> None:
    alone.say(ADMIN, BIND)
    tell_leads(alone, minutes=16)
    alone.at("11-18 15:00")
    alone.say("liming", "只要日报")
    assert "线索来得密" in morning(alone, "11-19")


def test_for_one_team_only(alone: Office) -> None:
    alone.say(ADMIN, f"{BIND} @华南")
    tell_leads(alone, minutes=16)
    assert "线索来得密" not in morning(alone, "11-19")
    with alone.look() as uow:
        assert uow.nudges.of(Subject.PACK, 1) == ()


@pytest.mark.parametrize("value", ["first_contact>15x3", "first_contact>90x1"])
def test_a_rule_is_read_as_it_is_written(value: str) -> None:
    assert str(MetricRule.parse(value)) == value


@pytest.mark.parametrize("value", ["first_contact>0x3", "first_contact>15x0", "speed>15x3", "first_contact"])
def test_what_is_no_rule(value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        MetricRule.parse(value)


def test_a_limit_is_exceeded_not_reached() -> None:
    rule = MetricRule.parse("first_contact>15x2")
    quarter = timedelta(minutes=15)
    assert not rule.holds((quarter, quarter))
    assert rule.holds((quarter * 2, quarter * 2, timedelta(0)))
