"""「鲜度」: how fresh the data is, and which customers have been silent for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.calendar import SHANGHAI
from bot.domain.freshness import (
    Sample,
    Staleness,
    median_minutes,
    take_sample,
    tell_staleness,
)
from bot.domain.messages import Outgoing
from bot.domain.people import Member, Role
from bot.domain.valid_updates import KNOWN_FOR
from handlers.context import Context, Deps
from handlers.items import short_name
from handlers.ports import UnitOfWork
from handlers.router import Router
from handlers.scope import may_see
from prompts.freshness import own_card, team_card

router = Router()

WORKDAYS_SHOWN = 5


@router.command("鲜度", "数据鲜度", help="最近一次有效更新过了多久，哪些客户安静太久")
def show_freshness(ctx: Context) -> list[Outgoing]:
    """A rep's own, or the team's for whoever leads one."""
    return show_own(ctx) if ctx.member.role is Role.REP else show_team(ctx)


def show_own(ctx: Context) -> list[Outgoing]:
    """The own sample as of now, and the own customers that have been silent."""
    thresholds = ctx.deps.playbook.thresholds
    silent: dict[Staleness, list[str]] = {}
    for customer_id, updated_at in ctx.uow.valid_updates.last_of_customers([ctx.member.id]).items():
        step = tell_staleness(
            updated_at, now=ctx.now, calendar=ctx.deps.calendar, ladder=thresholds.staleness()
        )
        if step is not Staleness.FRESH:
            silent.setdefault(step, []).append(short_name(ctx.uow, customer_id))
    (sample,) = samples_now(ctx.uow, [ctx.member], deps=ctx.deps, now=ctx.now)
    return [ctx.show(own_card(sample, silent=silent, goal=thresholds.fresh_minutes, texts=ctx.deps.texts))]


def show_team(ctx: Context) -> list[Outgoing]:
    """The medians of the last workdays, and each rep as of now."""
    reps = [
        each
        for each in ctx.uow.members.of_role(Role.REP)
        if each.active and each.id != ctx.member.id and may_see(ctx, each)
    ]
    today = ctx.now.astimezone(SHANGHAI).date()
    kept = ctx.uow.rates.samples([each.id for each in reps], today - timedelta(days=31), today)
    days = sorted({sample.day for sample in kept})[-WORKDAYS_SHOWN:]
    medians = [(day, median_minutes(each for each in kept if each.day == day)) for day in days]
    current = samples_now(ctx.uow, reps, deps=ctx.deps, now=ctx.now)
    named = [(each.name, sample) for each, sample in zip(reps, current, strict=True)]
    goal = ctx.deps.playbook.thresholds.fresh_minutes
    return [ctx.show(team_card(named, medians=medians, goal=goal, texts=ctx.deps.texts))]


def samples_now(uow: UnitOfWork, members: list[Member], *, deps: Deps, now: datetime) -> tuple[Sample, ...]:
    """What a sample would say at this moment, one a member."""
    updates = uow.valid_updates.last_of_members(since=now - KNOWN_FOR, until=now)
    return tuple(
        take_sample(
            each.id,
            updated_at=updates.get(each.id),
            at=now,
            calendar=deps.calendar,
            work=deps.playbook.thresholds.work,
        )
        for each in members
    )
