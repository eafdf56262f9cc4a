"""Planned reminders as the messages that would leave: decided moment by moment, as the program does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from heapq import heappop, heappush

from bot.domain.budgets import Lane, Pushed
from bot.domain.calendar import ONE_DAY, SHANGHAI, WorkCalendar
from bot.domain.manners import Moment, Parcel, Reader, decide
from bot.domain.mutes import Wishes
from bot.domain.nudges import LadderStep, Manners, Nudge, Subject, plan_day
from bot.domain.people import Member, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One nudge that would have been planned, and what it is about; `node_key` is empty for a promise.

    From `closed_at` on there is nothing left to remind of.
    """

    nudge: Nudge
    customer_id: int = 0
    node_key: str = ""
    text: str = ""
    private: bool = False
    """It follows from a private record: it counts, and is shown to nobody."""
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one member gets at one moment: all that is due then, as one."""

    member_id: int
    step: LadderStep
    at: datetime
    reminders: tuple[Reminder, ...]

    @property
    def day(self) -> date:
        """Its day in Shanghai."""
        return self.at.astimezone(SHANGHAI).date()

    @property
    def about(self) -> tuple[Reminder, ...]:
        """What it is about beside the morning itself."""
        return tuple(each for each in self.reminders if each.nudge.subject is not Subject.DAY)


def post(
    reminders: Iterable[Reminder],
    people: Mapping[int, Member],
    *,
    manners: Manners,
    calendar: WorkCalendar,
    until: datetime,
) -> tuple[Message, ...]:
    """The messages that leave before `until`; nobody is thought to have muted anything."""
    waiting: dict[int, dict[int, Reminder]] = {member_id: {} for member_id in people}
    queue: list[tuple[datetime, int, int]] = []
    for number, each in enumerate(reminders, 1):
        if each.nudge.member_id in people:
            _wait(replace(each, nudge=replace(each.nudge, id=number)), waiting, queue)
    heard: dict[str, datetime] = {}
    pushed: dict[tuple[int, date], Pushed] = {}
    sent: list[Message] = []
    while queue:
        now = manners.quiet_hours.release(queue[0][0], calendar)
        if now >= until:
            break
        moment = Moment(now=now, manners=manners, calendar=calendar)
        for member_id in _whose(queue, now):
            own, day = waiting[member_id], (member_id, now.astimezone(SHANGHAI).date())
            reader = Reader(
                member_id=member_id,
                role=people[member_id].role,
                wishes=Wishes(),
                pushed=pushed.get(day, Pushed()),
            )
            decision = decide(_due(own, moment), reader, heard=heard, kinds={}, moment=moment)
            for parcel in decision.parcels:
                about = tuple(own.pop(nudge.id) for nudge in parcel.nudges)
                heard.update((nudge.key, now) for nudge in parcel.nudges)
                pushed[day] = _count(pushed.get(day, Pushed()), parcel, now=now)
                sent.append(Message(member_id=member_id, step=parcel.step, at=now, reminders=about))
            for held in decision.held:
                later = replace(held.nudge, send_at=held.until, step=held.step or held.nudge.step)
                _wait(replace(own[later.id], nudge=later), waiting, queue)
    return tuple(sent)


def _wait(
    each: Reminder, waiting: Mapping[int, dict[int, Reminder]], queue: list[tuple[datetime, int, int]]
) -> None:
    waiting[each.nudge.member_id][each.nudge.id] = each
    heappush(queue, (each.nudge.send_at, each.nudge.member_id, each.nudge.id))


def _whose(queue: list[tuple[datetime, int, int]], now: datetime) -> list[int]:
    """Take what is due off the queue: for whom there is something, each once."""
    members = set()
    while queue and queue[0][0] <= now:
        members.add(heappop(queue)[1])
    return sorted(members)


def _due(own: dict[int, Reminder], moment: Moment) -> list[Nudge]:
    """What is due and still open; where something is, what is nearly due as well."""
    closed = [
        number
        for number, each in own.items()
        if each.nudge.send_at <= moment.now and each.closed_at is not None and each.closed_at <= moment.now
    ]
    for number in closed:
        del own[number]
    if not any(each.nudge.send_at <= moment.now for each in own.values()):
        return []
    soon = moment.now + moment.manners.merge_within
    taken = [each.nudge for each in own.values() if _is_taken(each, moment.now, soon)]
    return sorted(taken, key=lambda nudge: (nudge.send_at, nudge.id))


def _is_taken(each: Reminder, now: datetime, soon: datetime) -> bool:
    is_soon = each.nudge.step is LadderStep.REP and each.nudge.subject is not Subject.DAY
    return each.nudge.send_at <= (soon if is_soon else now)


def _count(pushed: Pushed, parcel: Parcel, *, now: datetime) -> Pushed:
    if parcel.lane is Lane.ALERT:
        return replace(pushed, alerts=pushed.alerts + 1)
    return replace(pushed, nudges=pushed.nudges + 1, last_at=now)


def plan_mornings(
    people: Mapping[int, Member],
    *,
    manners: Manners,
    calendar: WorkCalendar,
    since: datetime,
    until: datetime,
) -> Iterator[Reminder]:
    """The digest of every supervisor on every workday."""
    leaders = {each.supervisor_id for each in people.values()}
    day = since.astimezone(SHANGHAI).date()
    while day <= until.astimezone(SHANGHAI).date():
        for each in people.values() if calendar.is_workday(day) else ():
            if each.role is Role.SUPERVISOR or each.id in leaders:
                yield Reminder(nudge=plan_day(each.id, day, step=LadderStep.DIGEST, manners=manners))
        day += ONE_DAY
