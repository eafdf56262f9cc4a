"""A supervisor's word of advice on an item, what became of it, and how long it took in working hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import ONE_DAY, SHANGHAI, QuietHours, WorkCalendar
from bot.domain.messages import require_aware


class Verdict(StrEnum):
    """What the rep says to a piece of advice."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Advice of a supervisor to a rep about `subject`, such as `node:12` or `visit:1003`.

    `told_at` is when the item was first put before the supervisor; None where the supervisor found it alone.
    """

    id: int
    subject: str
    author_id: int
    rep_id: int
    text: str
    written_at: datetime
    told_at: datetime | None = None
    verdict: Verdict | None = None
    answered_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.written_at, "written_at")


def working_time(
    since: datetime, until: datetime, *, quiet_hours: QuietHours, calendar: WorkCalendar
) -> timedelta:
    """How much of the time from `since` to `until` lies outside quiet hours, nights and days off."""
    begin, end = since.astimezone(SHANGHAI), until.astimezone(SHANGHAI)
    total, day = timedelta(0), begin.date()
    while day <= end.date():
        if calendar.is_workday(day):
            opens = datetime.combine(day, quiet_hours.end, tzinfo=SHANGHAI)
            closes = datetime.combine(day, quiet_hours.begin, tzinfo=SHANGHAI)
            total += max(timedelta(0), min(closes, end) - max(opens, begin))
        day += ONE_DAY
    return total
