"""Rates of process checks: compliance (合规率) and action standard (规范率), with the items behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendar import ONE_DAY, SHANGHAI
from bot.domain.nodes import NodeItem, NodeStatus


class PeriodKind(StrEnum):
    """The periods that people ask for."""

    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole days, `first` to `last`, in Shanghai. An item belongs to the period that its due time lies in."""

    first: date
    last: date

    def __contains__(self, moment: datetime) -> bool:
        return self.first <= moment.astimezone(SHANGHAI).date() <= self.last

    @property
    def begin(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time.min, tzinfo=SHANGHAI)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last + ONE_DAY, time.min, tzinfo=SHANGHAI)


def period_of(kind: PeriodKind, today: date) -> Period:
    """The calendar week (from Monday) or month that `kind` names on that day."""
    if kind is PeriodKind.THIS_WEEK:
        monday = today - timedelta(days=today.weekday())
        return Period(first=monday, last=monday + timedelta(days=6))
    first = today.replace(day=1)
    if kind is PeriodKind.LAST_MONTH:
        last = first - ONE_DAY
        return Period(first=last.replace(day=1), last=last)
    return Period(first=first, last=(first + timedelta(days=31)).replace(day=1) - ONE_DAY)


class Count(StrEnum):
    """On which side of the rates an item stands."""

    DONE = "done"
    MISSED = "missed"
    """Due and still open: due, not done."""
    AHEAD = "ahead"
    """Open and not due yet: on neither side."""
    WAIVED = "waived"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A node item as rates see it; `backfilled`: the note that opened it came on a later day (补录)."""

    item: NodeItem
    backfilled: bool = False

    def count(self, now: datetime) -> Count:
        """What it counts as at that moment: done also where that came before it was due."""
        match self.item.status:
            case NodeStatus.DONE:
                return Count.DONE
            case NodeStatus.WAIVED:
                return Count.WAIVED
            case NodeStatus.CANCELLED:
                return Count.CANCELLED
        return Count.MISSED if self.item.due_at <= now else Count.AHEAD

    @property
    def on_time(self) -> bool:
        """Done by the time that was first agreed: what was put off is done, but not on time."""
        closed_at = self.item.closed_at
        in_time = closed_at is not None and closed_at <= self.item.due_at and self.item.snoozes == 0
        return in_time and self.item.status is NodeStatus.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many items stand where. Done, missed, ahead, waived and cancelled add up to all items."""

    done: int = 0
    missed: int = 0
    ahead: int = 0
    waived: int = 0
    cancelled: int = 0
    timed: int = 0
    """Due items that punctuality is asked of: late notes are not, so that they go on being written."""
    on_time: int = 0

    @property
    def due(self) -> int:
        """The denominator: waived and cancelled items leave both sides, so does what is not due yet."""
        return self.done + self.missed

    @property
    def compliance_rate(self) -> int | None:
        """Done ÷ due in whole percent; None where nothing was due."""
        return percent(self.done, self.due)

    @property
    def action_standard_rate(self) -> int | None:
        """Done on time ÷ due in whole percent; None where nothing was due."""
        return percent(self.on_time, self.timed)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            done=self.done + other.done,
            missed=self.missed + other.missed,
            ahead=self.ahead + other.ahead,
            waived=self.waived + other.waived,
            cancelled=self.cancelled + other.cancelled,
            timed=self.timed + other.timed,
            on_time=self.on_time + other.on_time,
        )


def percent(part: int, whole: int) -> int | None:
    """Whole percent, rounded down so that 100 means all of it; None of nothing."""
    return part * 100 // whole if whole else None


def tally(checks: Iterable[Check], *, now: datetime) -> Tally:
    """Count the items of one person, node or team."""
    total = Tally()
    for check in checks:
        count = check.count(now)
        timed = count in (Count.DONE, Count.MISSED) and not check.backfilled
        total += Tally(
            done=count is Count.DONE,
            missed=count is Count.MISSED,
            ahead=count is Count.AHEAD,
            waived=count is Count.WAIVED,
            cancelled=count is Count.CANCELLED,
            timed=timed,
            on_time=timed and check.on_time,
        )
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One member's line of the node table: a tally for each node key, and their sum."""

    member_id: int
    nodes: dict[str, Tally]
    total: Tally


def node_table(
    checks: Sequence[Check], *, member_ids: Iterable[int], node_keys: Iterable[str], now: datetime
) -> tuple[Line, ...]:
    """Member × node, in the order given; a member's sum is what the member's own compliance rate shows."""
    keys = tuple(node_keys)
    lines = []
    for member_id in member_ids:
        own = [check for check in checks if check.item.member_id == member_id]
        nodes = {key: tally((each for each in own if each.item.node_key == key), now=now) for key in keys}
        lines.append(Line(member_id=member_id, nodes=nodes, total=sum(nodes.values(), Tally())))
    return tuple(lines)
