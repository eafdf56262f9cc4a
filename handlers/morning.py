"""The morning: one digest for each supervisor, one list for whoever wants no single reminders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import SHANGHAI, WorkCalendar
from bot.domain.messages import Card, Row
from bot.domain.nodes import NodeItem
from bot.domain.nudges import LadderStep, plan_day
from bot.domain.people import Member
from handlers.context import Deps
from handlers.deal_reminders import STILL_MORNING, told_deals
from handlers.items import by_due, describe_all
from handlers.ports import UnitOfWork
from handlers.scope import follows
from handlers.weekly import weekly_rows
from prompts.nudges import DueItem, digest_card, list_card
from prompts.texts import Texts

SHOWN_ITEMS = 7


def plan_days(uow: UnitOfWork, deps: Deps, *, now: datetime) -> int:
    """Plan the morning messages of today where it is a workday and not past the morning; how many are new."""
    manners = deps.playbook.manners
    day = now.astimezone(SHANGHAI).date()
    latest = datetime.combine(day, manners.digest_at, tzinfo=SHANGHAI) + STILL_MORNING
    if not deps.calendar.is_workday(day) or now > latest:
        return 0
    members = [member for member in uow.members.all() if member.active]
    wanted = [
        plan_day(member.id, day, step=LadderStep.DIGEST, manners=manners)
        for member in members
        if team_followed([member], members)
    ]
    active = {member.id for member in members}
    wanted += [
        plan_day(mute.member_id, day, step=LadderStep.REP, manners=manners)
        for mute in uow.mutes.list_only(now=now)
        if mute.member_id in active
    ]
    return sum([uow.nudges.plan(nudge) for nudge in wanted])


def morning_digest(
    uow: UnitOfWork,
    deps: Deps,
    member: Member,
    principals: Sequence[Member],
    *,
    fresh: Iterable[DueItem],
    alerts: Sequence[Row],
    now: datetime,
) -> Card:
    """Praise first, then what waits longest in the teams of `principals`, then how many more there are."""
    team = team_followed(principals, uow.members.all())
    new = list(fresh)
    told = _told_before(uow, deps, team, new=new, now=now)
    deals = told_deals(uow, deps, team, but={due.subject for due in new}, now=now)
    items = by_due([*new, *told])
    shown = items[: deps.playbook.manners.digest_items]
    day = last_workday(deps.calendar, now)
    busy = busy_reps(uow, team, day=day, enough=deps.playbook.thresholds.valid_updates)
    return digest_card(
        shown,
        name=member.name,
        day=day,
        praised=busy,
        # A deal is told in full once; after that the list behind 「还有 N 项」 has it.
        more=len(items) - len(shown) + len(deals),
        alerts=alerts,
        weekly=weekly_rows(uow, deps, team, now=now),
        texts=deps.texts,
        now=now,
    )


def team_followed(supervisors: Sequence[Member], members: Iterable[Member]) -> Sequence[Member]:
    """Of these members, those whom a digest of the supervisors is about."""
    own = {each.id for each in supervisors}
    others = [each for each in members if each.id not in own]
    return [each for each in others if any(follows(one, each) for one in supervisors)]


def _told_before(
    uow: UnitOfWork, deps: Deps, team: Sequence[Member], *, new: Sequence[DueItem], now: datetime
) -> list[DueItem]:
    """What earlier digests have told and is open still; what is put off waits with its reminder."""
    known = {due.subject for due in new}
    late = [
        item
        for item in uow.open_items.nodes_of([each.id for each in team])
        if item.alert_at <= now and item.due_at <= now and f"node:{item.id}" not in known
    ]
    heard = uow.nudges.heard_at([_digest_key(item) for item in late])
    told = [item for item in late if heard.get(_digest_key(item), now) < now]
    return describe_all(uow, deps.playbook, told)


def _digest_key(item: NodeItem) -> str:
    return f"node:{item.id}:{LadderStep.DIGEST}:{item.snoozes}"


def day_list(items: Sequence[DueItem], member: Member, *, texts: Texts, now: datetime) -> Card | None:
    """The one list of a day: at most seven items that are due by tonight; None where there are none."""
    tonight = datetime.combine(now.astimezone(SHANGHAI).date(), time.max, tzinfo=SHANGHAI)
    today = [due for due in items if due.due_at and due.due_at <= tonight]
    if not today:
        return None
    shown = today[:SHOWN_ITEMS]
    title = texts.say("day.title", name=member.name)
    more = len(today) - len(shown)
    return list_card(shown, title=title, texts=texts, now=now, action="day.open:", more=more)


def last_workday(calendar: WorkCalendar, now: datetime) -> date:
    """The last day before today on which people worked: on a Monday that is mostly Friday."""
    day = now.astimezone(SHANGHAI).date() - timedelta(days=1)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def busy_reps(uow: UnitOfWork, team: Iterable[Member], *, day: date, enough: int) -> list[str]:
    """Who of the team had enough valid updates on that day, by name."""
    counts = uow.valid_updates.count(day, day)
    return sorted(each.name for each in team if counts.get(each.id, 0) >= enough)
