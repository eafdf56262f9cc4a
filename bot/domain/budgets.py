"""How much the bot may say of its own accord: budgets a day, and a pause between two messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import SHANGHAI, WorkCalendar
from bot.domain.nudges import Manners, next_digest
from bot.domain.people import Role


class Lane(StrEnum):
    """Live alerts have a budget of their own: a busy morning must not hold back what cannot wait."""

    NUDGE = "nudge"
    ALERT = "alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What one person was sent of our own accord since midnight, and when last."""

    nudges: int = 0
    alerts: int = 0
    last_at: datetime | None = None


def daily_budget(role: Role, manners: Manners) -> int:
    """How many messages a day, live alerts apart."""
    return manners.rep_daily if role is Role.REP else manners.supervisor_daily


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When the next message may leave; `with_digest` where today's budget is spent."""

    at: datetime
    with_digest: bool = False


def next_opening(
    pushed: Pushed,
    *,
    lane: Lane,
    role: Role,
    is_digest: bool,
    manners: Manners,
    calendar: WorkCalendar,
    now: datetime,
) -> Opening:
    """Now, after the pause, or with the next digest once the day's budget is spent.

    A digest waits for neither; until it has left in the morning, one message of the day is kept for it.
    """
    spent = Opening(at=following_digest(now, manners=manners, calendar=calendar), with_digest=True)
    if is_digest:
        return Opening(at=now)
    if lane is Lane.ALERT:
        return spent if pushed.alerts >= manners.alerts_daily else Opening(at=now)
    kept = role is not Role.REP and now.astimezone(SHANGHAI).time() < manners.digest_at
    if pushed.nudges >= daily_budget(role, manners) - kept:
        return spent
    if pushed.last_at is None or now >= pushed.last_at + manners.merge_within:
        return Opening(at=now)
    return Opening(at=manners.quiet_hours.release(pushed.last_at + manners.merge_within, calendar))


def following_digest(now: datetime, *, manners: Manners, calendar: WorkCalendar) -> datetime:
    """The first digest that is still to come."""
    return next_digest(now + timedelta(minutes=1), manners=manners, calendar=calendar)
