"""Leads: who may become a customer, who is to get in touch, and how fast that was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from bot.domain.calendar import WorkCalendar
from bot.domain.clocks import add_working
from bot.domain.comments import working_time
from bot.domain.messages import require_aware
from bot.domain.nudges import LadderStep, Manners, Nudge, Subject
from bot.domain.people import Member, Role

BEFORE_UNTOUCHED = timedelta(hours=2)
"""So long before the supervisor hears of an untouched lead again, its rep does."""


class LeadStatus(StrEnum):
    """Open until somebody got in touch; cancelled where it was a mistake."""

    OPEN = "open"
    CONTACTED = "contacted"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One lead. `source_id` is unique for ever: the sender's own id, or that of the message that told of it.

    `member_id` is who is to get in touch since `allotted_at`, until `due_at`; None where nobody fits yet.
    `passes` counts how often it went on to somebody else.
    """

    id: int
    source_id: str
    company: str
    received_at: datetime
    due_at: datetime
    contact: str = ""
    phone: str = ""
    region: str = ""
    product: str = ""
    note: str = ""
    member_id: int | None = None
    allotted_at: datetime | None = None
    passes: int = 0
    status: LeadStatus = LeadStatus.OPEN
    contacted_at: datetime | None = None
    customer_id: int | None = None

    def __post_init__(self) -> None:
        require_aware(self.received_at, "received_at")
        require_aware(self.due_at, "due_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRule:
    """Who gets leads of these regions and products: named reps, else those of a team, else every rep.

    An empty list of regions or products fits all of them.
    """

    regions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    team: str = ""
    reps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRules:
    """How leads are allotted, and their two timers."""

    first_contact: timedelta = timedelta(minutes=15)
    """Working time until somebody should have been in touch."""
    untouched: timedelta = timedelta(hours=48)
    """Wall-clock time after which an untouched lead is told again."""
    allot: tuple[LeadRule, ...] = ()


def fits_rule(rule: LeadRule, lead: Lead) -> bool:
    """Whether both dimensions fit."""
    return _named(rule.regions, lead.region) and _named(rule.products, lead.product)


def _named(names: Sequence[str], said: str) -> bool:
    return not names or any(name in said for name in names)


def allot(
    lead: Lead,
    rules: LeadRules,
    people: Sequence[Member],
    *,
    load: Mapping[int, int],
    latest: Mapping[int, datetime],
) -> Member | None:
    """Who gets the lead: of those that the first fitting rule names, whoever has the fewest open leads.

    `people` are those who are there today. Where no rule fits, a team of the region's name comes before all
    reps. Among equals it is whoever waited longest. None where there is no rep at all.
    """
    reps = [each for each in people if each.role is Role.REP and each.active and each.address]
    groups = [_of_rule(rule, reps) for rule in rules.allot if fits_rule(rule, lead)]
    groups += [[each for each in reps if each.team and each.team == lead.region], reps]
    group = next((each for each in groups if each), [])

    def turn(rep: Member) -> tuple[int, float, int]:
        last = latest.get(rep.id)
        return (load.get(rep.id, 0), last.timestamp() if last else 0.0, rep.id)

    return min(group, key=turn, default=None)


def _of_rule(rule: LeadRule, reps: Sequence[Member]) -> list[Member]:
    if rule.reps:
        return [each for each in reps if each.name in rule.reps]
    return [each for each in reps if rule.team in ("", each.team)]


def hand_over(
    lead: Lead,
    member_id: int | None,
    *,
    now: datetime,
    rules: LeadRules,
    manners: Manners,
    calendar: WorkCalendar,
) -> Lead:
    """The lead in somebody's hands, whose timer runs from now in working time."""
    due_at = add_working(now, rules.first_contact, manners.quiet_hours, calendar)
    passes = lead.passes + (lead.member_id is not None)
    return replace(lead, member_id=member_id, allotted_at=now, due_at=due_at, passes=passes)


def plan_lead_nudges(
    lead: Lead, *, leader_id: int | None, rules: LeadRules, manners: Manners, calendar: WorkCalendar
) -> tuple[Nudge, ...]:
    """The supervisor when the timer has run out, the rep and then the supervisor while it stays untouched.

    The rep had the card itself before. The later steps count from when the lead came in, whoever has it.
    """
    if lead.member_id is None:
        return ()
    again = manners.quiet_hours.release(
        max(lead.received_at + rules.untouched, lead.due_at + BEFORE_UNTOUCHED), calendar
    )
    rep_at = manners.quiet_hours.release(again - BEFORE_UNTOUCHED, calendar)
    ladder = [_nudge(lead, LadderStep.REP, lead.member_id, min(rep_at, again))]
    if leader_id is not None and leader_id != lead.member_id:
        ladder.append(_nudge(lead, LadderStep.ALERT, leader_id, lead.due_at))
        ladder.append(_nudge(lead, LadderStep.SUPERVISOR, leader_id, again + timedelta(minutes=1)))
    return tuple(ladder)


def _nudge(lead: Lead, step: LadderStep, member_id: int, send_at: datetime) -> Nudge:
    return Nudge(
        id=0,
        key=f"lead:{lead.id}:{step}:{lead.passes}",
        member_id=member_id,
        subject=Subject.LEAD,
        subject_id=lead.id,
        step=step,
        send_at=send_at,
    )


def response_time(
    lead: Lead, *, now: datetime, manners: Manners, calendar: WorkCalendar, own: bool = False
) -> timedelta:
    """Working time from coming in to the first contact, or until now; `own`: since the rep has it."""
    since = (lead.allotted_at or lead.received_at) if own else lead.received_at
    until = lead.contacted_at or now
    return working_time(since, max(since, until), quiet_hours=manners.quiet_hours, calendar=calendar)


def median_response(
    leads: Iterable[Lead], *, now: datetime, manners: Manners, calendar: WorkCalendar, own: bool = False
) -> timedelta | None:
    """The middle one of their response times; None where there is none."""
    times = [
        response_time(lead, now=now, manners=manners, calendar=calendar, own=own).total_seconds()
        for lead in leads
    ]
    return timedelta(seconds=median(times)) if times else None
