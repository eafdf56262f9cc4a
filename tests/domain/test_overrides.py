"""Rules changed by chat: within bounds, in effect, and written as the playbook writes them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain.calendar import SHANGHAI
from bot.domain.clocks import Lapse
from bot.domain.overrides import (
    Override,
    apply_overrides,
    conflict_of,
    find_setting,
    read_lapse,
    read_quiet,
    settable,
    value_in,
    write_value,
)
from config.playbook import load_playbook

PLAYBOOK = load_playbook()
KEYS = [setting.key for setting in settable(PLAYBOOK)]


def override(key: str, value: str) -> Override:
    moment = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
    return Override(id=1, key=key, value=value, member_id=1, set_at=moment)


@pytest.mark.parametrize("key", KEYS)
def test_what_the_playbook_says_can_be_set_and_changes_nothing(key: str) -> None:
    setting, value = find_setting(key), value_in(PLAYBOOK, key)
    assert setting is not None
    assert setting.holds(value)
    assert apply_overrides(PLAYBOOK, [override(key, value)]) == PLAYBOOK


@pytest.mark.parametrize(
    ("key", "value", "now"),
    [
        ("nodes.competitor_response.due", "6h", Lapse(hours=6)),
        ("nodes.decision_chain.alert", "8wd", Lapse(workdays=8)),
        ("nodes.risk_registered.enabled", "off", False),
        ("nodes.risk_registered.teams", "华东,华南", frozenset({"华东", "华南"})),
        ("nodes.risk_registered.teams", "*", frozenset()),
        ("thresholds.stalled", "10d", timedelta(days=10)),
        ("manners.snoozes", "0", 0),
        ("limits.card_window", "30m", timedelta(minutes=30)),
    ],
)
def test_an_override_is_in_effect(key: str, value: str, now: object) -> None:
    changed = apply_overrides(PLAYBOOK, [override(key, value)])
    group, _, name = key.partition(".")
    part = changed.node(name.split(".")[0]) if group == "nodes" else getattr(changed, group)
    assert getattr(part, name.split(".")[-1]) == now
    assert value_in(changed, key) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thresholds.stalled", "1h"),
        ("thresholds.stalled", "200d"),
        ("thresholds.stalled", "soon"),
        ("thresholds.stalled", ""),
        ("thresholds.required_fields", "6"),
        ("manners.snoozes", "-1"),
        ("manners.snoozes", "２"),
        ("manners.quiet_hours", "08:30-20:00"),
        ("manners.quiet_hours", "12:00-09:00"),
        ("manners.quiet_hours", "20:00"),
        ("nodes.need_clarified.enabled", "maybe"),
        ("nodes.need_clarified.name", "x"),
        ("nodes.nobody.due", "6h"),
        ("secrets.key", "1"),
    ],
)
def test_what_lies_outside_the_bounds_or_names_nothing_has_no_effect(key: str, value: str) -> None:
    setting = find_setting(key)
    if setting and "nobody" not in key:
        assert not setting.holds(value)
    assert apply_overrides(PLAYBOOK, [override(key, value)]) == PLAYBOOK


def test_rules_that_contradict_themselves_are_seen() -> None:
    assert conflict_of(PLAYBOOK) == ""
    late = apply_overrides(PLAYBOOK, [override("nodes.need_clarified.due", "3d")])
    assert conflict_of(late) == "alert"
    quiet = apply_overrides(PLAYBOOK, [override("manners.quiet_hours", "20:00-09:00")])
    assert conflict_of(quiet) == "digest"


@given(number=some.integers(1, 900), unit=some.sampled_from(["m", "h", "d", "wd", "wh"]))
def test_a_length_is_written_as_it_is_read(number: int, unit: str) -> None:
    lapse = read_lapse(f"{number}{unit}")
    again = read_lapse(write_value(lapse))
    assert (again.workdays, again.work_hours) == (lapse.workdays, lapse.work_hours)
    assert again.hours == pytest.approx(lapse.hours, rel=0.01)


def test_quiet_hours_leave_a_day_to_speak_in() -> None:
    hours = read_quiet("19:00-09:00")
    assert hours is not None
    assert write_value(hours) == "19:00-09:00"
    assert read_quiet("14:00-09:00") is None
    assert read_quiet("nonsense") is None
