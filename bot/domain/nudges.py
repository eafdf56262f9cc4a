"""Nudges: who is reminded of what and when, with manners. Rules are functions, one unique key each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendar import SHANGHAI, QuietHours, WorkCalendar
from bot.domain.messages import require_aware
from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem


class LadderStep(StrEnum):
    """The rep hears it first, then the supervisor's digest has it, then the supervisor is written to."""

    REP = "rep"
    DIGEST = "digest"
    SUPERVISOR = "supervisor"


class NudgeStatus(StrEnum):
    """A nudge is planned until its moment, then sent; it is cancelled when its subject closes first."""

    PLANNED = "planned"
    SENT = "sent"
    CANCELLED = "cancelled"


class Subject(StrEnum):
    """What a nudge is about."""

    NODE = "node"
    ACTION = "action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """One reminder to one member. `key` is unique for ever: the database judges that none is sent twice."""

    id: int
    key: str
    member_id: int
    subject: Subject
    subject_id: int
    step: LadderStep
    send_at: datetime
    status: NudgeStatus = NudgeStatus.PLANNED

    def __post_init__(self) -> None:
        require_aware(self.send_at, "send_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """When and how often the bot may speak of its own accord."""

    quiet_hours: QuietHours
    digest_at: time
    """The supervisors' one morning message, at an odd minute: platforms are busy at :00 and :30."""
    supervisor_after: timedelta
    """From the alert to the direct message to the supervisor."""
    snoozes: int
    """How often an item may be put off without a reason."""
    rep_daily: int
    supervisor_daily: int
    merge_within: timedelta
    digest_items: int


def plan_node_nudges(
    item: NodeItem, *, supervisor_id: int | None, manners: Manners, calendar: WorkCalendar
) -> tuple[Nudge, ...]:
    """The whole ladder of one open item.

    The rep hears it when due, the supervisor's digest has it after the alert, then the supervisor in person.
    """
    rep_at = manners.quiet_hours.release(item.due_at, calendar)
    ladder = [_node_nudge(item, LadderStep.REP, member_id=item.member_id, send_at=rep_at)]
    if supervisor_id is None or supervisor_id == item.member_id:
        return tuple(ladder)
    # The rep always hears it at least one step before the supervisor, even where due and alert fall together.
    digest_at = next_digest(
        max(item.alert_at, rep_at + timedelta(minutes=1)), manners=manners, calendar=calendar
    )
    direct_at = manners.quiet_hours.release(
        max(item.alert_at, digest_at) + manners.supervisor_after, calendar
    )
    ladder.append(_node_nudge(item, LadderStep.DIGEST, member_id=supervisor_id, send_at=digest_at))
    ladder.append(_node_nudge(item, LadderStep.SUPERVISOR, member_id=supervisor_id, send_at=direct_at))
    return tuple(ladder)


def _node_nudge(item: NodeItem, step: LadderStep, *, member_id: int, send_at: datetime) -> Nudge:
    return Nudge(
        id=0,
        key=f"node:{item.id}:{step}:{item.snoozes}",
        member_id=member_id,
        subject=Subject.NODE,
        subject_id=item.id,
        step=step,
        send_at=send_at,
    )


def plan_action_nudge(action: NextAction, *, manners: Manners, calendar: WorkCalendar) -> Nudge | None:
    """One reminder to the rep, two hours before a promised deed is late; None where no date was said."""
    if action.due_at is None:
        return None
    wanted = action.due_at - timedelta(hours=2)
    send_at = manners.quiet_hours.release(wanted, calendar)
    if send_at > action.due_at:
        # Due on a day off or before the working day begins: the last working moment before it serves better.
        send_at = last_open_moment(action.due_at, manners=manners, calendar=calendar)
    return Nudge(
        id=0,
        key=f"action:{action.id}:{LadderStep.REP}:{action.snoozes}",
        member_id=action.member_id,
        subject=Subject.ACTION,
        subject_id=action.id,
        step=LadderStep.REP,
        send_at=send_at,
    )


def next_digest(since: datetime, *, manners: Manners, calendar: WorkCalendar) -> datetime:
    """The first morning digest at or after `since` on a workday."""
    local = since.astimezone(SHANGHAI)
    day = local.date()
    if local.time() > manners.digest_at:
        day += timedelta(days=1)
    day = calendar.this_or_next_workday(day)
    return datetime.combine(day, manners.digest_at, tzinfo=SHANGHAI)


def last_open_moment(before: datetime, *, manners: Manners, calendar: WorkCalendar) -> datetime:
    """The last working day's 16:00 before `before`: late enough to matter, early enough to act."""
    moment = datetime.combine(before.astimezone(SHANGHAI).date(), time(16, 0), tzinfo=SHANGHAI)
    while moment >= before or not calendar.is_workday(moment.date()):
        moment -= timedelta(days=1)
    return moment


def snooze_until(now: datetime, *, manners: Manners, calendar: WorkCalendar) -> datetime:
    """「明天」: the next workday at the same hour, inside the hours that the bot may speak in."""
    local = now.astimezone(SHANGHAI)
    return manners.quiet_hours.release(calendar.add_workdays(local, 1), calendar)
