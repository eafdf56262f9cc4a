"""Metric triggers: a measure beyond a limit on several days in a row calls for talk-tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import SHANGHAI, WorkCalendar
from bot.domain.leads import Lead, LeadStatus, median_response
from bot.domain.nudges import LadderStep, Manners, Nudge, Subject

MOST_DAYS = 10
LONGEST = timedelta(days=7)
LOOK_BACK = timedelta(days=30)
"""Days that are further apart than this are no row."""


class Metric(StrEnum):
    """What is measured, a value a day."""

    FIRST_CONTACT = "first_contact"
    """The middle working time from getting a lead to being in touch, by the day of getting it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRule:
    """`first_contact>15x3`: over 15 minutes on three days in a row."""

    metric: Metric
    over: timedelta
    days: int

    def __post_init__(self) -> None:
        if not timedelta(0) < self.over <= LONGEST or not 1 <= self.days <= MOST_DAYS:
            raise ValueError("a metric rule needs a length up to 7 days and 1 to 10 days")

    @property
    def minutes(self) -> int:
        """The limit in whole minutes."""
        return round(self.over.total_seconds() / 60)

    def __str__(self) -> str:
        return f"{self.metric}>{self.minutes}x{self.days}"

    @classmethod
    def parse(cls, value: str) -> MetricRule:
        """The rule that `str` wrote; ValueError for anything else."""
        metric, _, rest = value.partition(">")
        minutes, _, days = rest.partition("x")
        return cls(metric=Metric(metric), over=timedelta(minutes=int(minutes)), days=int(days))

    def holds(self, values: Sequence[timedelta]) -> bool:
        """Whether each of the newest `days` values, the newest first, is beyond the limit."""
        return len(values) >= self.days and all(each > self.over for each in values[: self.days])


def daily_first_contact(
    leads: Sequence[Lead], *, now: datetime, manners: Manners, calendar: WorkCalendar
) -> tuple[timedelta, ...]:
    """One rep's measure of each day before today that brought leads, the newest first.

    Days without a lead neither break a row nor count. A lead that waits still counts as long as it waits;
    what came at night counts for the morning on which it could be seen.
    """
    days: dict[date, list[Lead]] = {}
    today = now.astimezone(SHANGHAI).date()
    for lead in leads:
        if lead.allotted_at is None or lead.status is LeadStatus.CANCELLED:
            continue
        day = manners.quiet_hours.release(lead.allotted_at, calendar).date()
        if day < today:
            days.setdefault(day, []).append(lead)
    measures = (
        median_response(days[day], now=now, manners=manners, calendar=calendar, own=True)
        for day in sorted(days, reverse=True)
    )
    return tuple(each for each in measures if each is not None)


def plan_pack(trigger_id: int, member_id: int, *, now: datetime, manners: Manners) -> Nudge:
    """The talk-tracks of a trigger to one rep, with the morning."""
    day = now.astimezone(SHANGHAI).date()
    return Nudge(
        id=0,
        key=f"pack:{trigger_id}:{LadderStep.REP}:{member_id}-{day.isoformat()}",
        member_id=member_id,
        subject=Subject.PACK,
        subject_id=trigger_id,
        step=LadderStep.REP,
        send_at=datetime.combine(day, manners.digest_at, tzinfo=SHANGHAI),
    )
