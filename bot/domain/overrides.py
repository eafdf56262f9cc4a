"""Rules that admins change by chat: which numbers may be set, within what bounds, and what they do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from bot.domain.calendar import QuietHours
from bot.domain.clocks import Lapse
from bot.domain.nodes import Node
from bot.domain.nudges import Manners
from bot.domain.playbook import Playbook

T = TypeVar("T")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(m|h|d|wd|wh)")
_HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0}
WORKDAY_HOURS = 12.0
"""What a workday counts for when lengths are compared with bounds."""


class Unit(StrEnum):
    """How the value of a setting is written."""

    LENGTH = "length"
    COUNT = "count"
    SWITCH = "switch"
    TEAMS = "teams"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One number of the playbook that chat may change; `least` and `most` are its sane bounds."""

    key: str
    unit: Unit
    least: str = ""
    most: str = ""

    def holds(self, value: str) -> bool:
        """Whether the value is well-formed and within the bounds."""
        if self.unit is Unit.LENGTH:
            return _hours(self.least) <= _hours(value) <= _hours(self.most)
        if self.unit is Unit.COUNT:
            return value.isascii() and value.isdigit() and int(self.least) <= int(value) <= int(self.most)
        if self.unit is Unit.SWITCH:
            return value in ("on", "off")
        if self.unit is Unit.QUIET:
            return read_quiet(value) is not None
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A value set by chat in place of the playbook's; an empty one is the playbook's again."""

    id: int
    key: str
    value: str
    member_id: int
    set_at: datetime


SETTINGS = (
    Setting(key="thresholds.stalled", unit=Unit.LENGTH, least="1d", most="90d"),
    Setting(key="thresholds.stalled_deals", unit=Unit.COUNT, least="1", most="50"),
    Setting(key="thresholds.demo_dwell", unit=Unit.LENGTH, least="12h", most="60d"),
    Setting(key="thresholds.no_update", unit=Unit.LENGTH, least="4h", most="30d"),
    Setting(key="thresholds.no_contact", unit=Unit.LENGTH, least="1d", most="90d"),
    Setting(key="thresholds.stale_status", unit=Unit.LENGTH, least="1d", most="60d"),
    Setting(key="thresholds.no_substance", unit=Unit.LENGTH, least="1d", most="90d"),
    Setting(key="thresholds.missed_updates", unit=Unit.COUNT, least="1", most="10"),
    Setting(key="thresholds.case_first", unit=Unit.LENGTH, least="1h", most="7d"),
    Setting(key="thresholds.case_last", unit=Unit.LENGTH, least="2h", most="14d"),
    Setting(key="thresholds.need_sheet", unit=Unit.LENGTH, least="10m", most="24h"),
    Setting(key="thresholds.voice_seconds", unit=Unit.COUNT, least="5", most="300"),
    Setting(key="thresholds.match_percent", unit=Unit.COUNT, least="50", most="100"),
    Setting(key="thresholds.required_fields", unit=Unit.COUNT, least="3", most="3"),
    Setting(key="thresholds.gate_answer", unit=Unit.LENGTH, least="1h", most="7d"),
    Setting(key="thresholds.valid_updates", unit=Unit.COUNT, least="1", most="20"),
    Setting(key="thresholds.compliance_good", unit=Unit.COUNT, least="50", most="100"),
    Setting(key="thresholds.action_standard", unit=Unit.COUNT, least="50", most="100"),
    Setting(key="thresholds.fresh_minutes", unit=Unit.COUNT, least="10", most="2700"),
    Setting(key="thresholds.cooling", unit=Unit.LENGTH, least="1d", most="60d"),
    Setting(key="thresholds.forgotten", unit=Unit.LENGTH, least="7d", most="365d"),
    Setting(key="manners.quiet_hours", unit=Unit.QUIET),
    Setting(key="manners.supervisor_after", unit=Unit.LENGTH, least="4h", most="30d"),
    Setting(key="manners.snoozes", unit=Unit.COUNT, least="0", most="5"),
    Setting(key="manners.rep_daily", unit=Unit.COUNT, least="1", most="20"),
    Setting(key="manners.supervisor_daily", unit=Unit.COUNT, least="1", most="20"),
    Setting(key="manners.digest_items", unit=Unit.COUNT, least="1", most="10"),
    Setting(key="manners.merge_within", unit=Unit.LENGTH, least="1m", most="4h"),
    Setting(key="limits.questions_per_note", unit=Unit.COUNT, least="0", most="2"),
    Setting(key="limits.merge_window", unit=Unit.LENGTH, least="1m", most="30m"),
    Setting(key="limits.correction_window", unit=Unit.LENGTH, least="1m", most="4h"),
    Setting(key="limits.card_window", unit=Unit.LENGTH, least="1m", most="4h"),
    Setting(key="limits.undo_window", unit=Unit.LENGTH, least="1h", most="7d"),
)
NODE_SETTINGS = (
    Setting(key="due", unit=Unit.LENGTH, least="30m", most="30d"),
    Setting(key="alert", unit=Unit.LENGTH, least="1h", most="60d"),
    Setting(key="enabled", unit=Unit.SWITCH),
    Setting(key="teams", unit=Unit.TEAMS),
)


def find_setting(key: str) -> Setting | None:
    """The setting of that key, such as `thresholds.stalled` or `nodes.need_clarified.due`."""
    group, _, name = key.partition(".")
    if group == "nodes":
        part = name.rpartition(".")[2]
        found = next((each for each in NODE_SETTINGS if each.key == part), None)
        return replace(found, key=key) if found else None
    return next((each for each in SETTINGS if each.key == key), None)


def value_in(playbook: Playbook, key: str) -> str:
    """What the playbook says under that key, as it would be written in an override."""
    group, _, name = key.partition(".")
    if group == "nodes":
        node_key, _, part = name.partition(".")
        node = playbook.node(node_key)
        return write_value(getattr(node, part)) if node else ""
    return write_value(getattr(getattr(playbook, group), name))


def apply_overrides(playbook: Playbook, overrides: Iterable[Override]) -> Playbook:
    """The playbook with every override that still fits in it; what no longer fits is left out."""
    for override in overrides:
        setting = find_setting(override.key)
        if setting and override.value and setting.holds(override.value):
            playbook = set_value(playbook, override.key, override.value)
    return playbook


def set_value(playbook: Playbook, key: str, value: str) -> Playbook:
    """The playbook with that value, which its setting holds, under the key."""
    group, _, name = key.partition(".")
    if group == "nodes":
        node_key, _, part = name.partition(".")
        nodes = tuple(_set_field(n, part, value) if n.key == node_key else n for n in playbook.nodes)
        return replace(playbook, nodes=nodes)
    if group == "manners":
        return replace(playbook, manners=_set_field(playbook.manners, name, value))
    if group == "limits":
        return replace(playbook, limits=_set_field(playbook.limits, name, value))
    return replace(playbook, thresholds=_set_field(playbook.thresholds, name, value))


def _set_field(part: T, name: str, value: str) -> T:
    old = getattr(part, name)
    new: object
    if isinstance(old, bool):
        new = value == "on"
    elif isinstance(old, Lapse):
        new = read_lapse(value)
    elif isinstance(old, timedelta):
        new = timedelta(hours=_hours(value))
    elif isinstance(old, QuietHours):
        new = read_quiet(value) or old
    elif isinstance(old, frozenset):
        new = frozenset() if value == EVERY_TEAM else frozenset(value.split(","))
    else:
        new = int(value)
    return replace(part, **{name: new})  # type: ignore[type-var]


EVERY_TEAM = "*"


def read_lapse(text: str) -> Lapse:
    """`30m`, `24h`, `7d` of wall clock, `5wd` workdays or `8wh` working hours; ValueError for all else."""
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise ValueError('write a length of time as "30m", "24h", "7d", "5wd" or "8wh"')
    number, unit = match.groups()
    if unit == "wd":
        if "." in number:
            raise ValueError("workdays are whole numbers")
        return Lapse(workdays=int(number))
    return Lapse(work_hours=float(number)) if unit == "wh" else Lapse(hours=float(number) * _HOURS[unit])


def read_quiet(text: str) -> QuietHours | None:
    """`20:00-08:30`: from the evening to the morning, leaving at least six hours for speaking; else None."""
    begin, dash, end = text.partition("-")
    try:
        hours = QuietHours(begin=time.fromisoformat(begin), end=time.fromisoformat(end))
    except ValueError:
        return None
    open_minutes = (hours.begin.hour - hours.end.hour) * 60 + hours.begin.minute - hours.end.minute
    return hours if dash and open_minutes >= 6 * 60 else None


def _hours(text: str) -> float:
    try:
        lapse = read_lapse(text)
    except ValueError:
        return -1.0
    return lapse.hours + lapse.workdays * 24.0 + lapse.work_hours * 24.0 / WORKDAY_HOURS


def write_value(value: object) -> str:
    """A value of the playbook as an override writes it: `24h`, `5wd`, `on`, `20:00-08:30`, `*`."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Lapse):
        if value.workdays:
            return f"{value.workdays}wd"
        return f"{value.work_hours:g}wh" if value.work_hours else _write_hours(value.hours)
    if isinstance(value, timedelta):
        return _write_hours(value.total_seconds() / 3600)
    if isinstance(value, QuietHours):
        return f"{value.begin:%H:%M}-{value.end:%H:%M}"
    if isinstance(value, frozenset):
        return ",".join(sorted(value)) or EVERY_TEAM
    return str(value)


def _write_hours(hours: float) -> str:
    if hours < 1:
        return f"{round(hours * 60)}m"
    return f"{hours / 24:g}d" if hours > 72 and hours % 24 == 0 else f"{hours:g}h"


def conflict_of(playbook: Playbook) -> str:
    """What contradicts itself: `alert` where it comes before due, `digest` in quiet hours; else empty."""
    if any(_late(node) for node in playbook.nodes):
        return "alert"
    manners: Manners = playbook.manners
    inside = manners.quiet_hours.end <= manners.digest_at < manners.quiet_hours.begin
    return "" if inside else "digest"


def _late(node: Node) -> bool:
    return _hours(write_value(node.due)) > _hours(write_value(node.alert))


def settable(playbook: Playbook) -> tuple[Setting, ...]:
    """Every setting of this playbook: those of each node, then the others."""
    nodes = tuple(
        replace(each, key=f"nodes.{node.key}.{each.key}") for node in playbook.nodes for each in NODE_SETTINGS
    )
    known = {
        field.name
        for part in (playbook.manners, playbook.limits, playbook.thresholds)
        for field in fields(part)
    }
    return nodes + tuple(each for each in SETTINGS if each.key.partition(".")[2] in known)
