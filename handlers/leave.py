"""Days off: who stands in, and from when to when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.calendar import SHANGHAI
from bot.domain.errors import Refusal
from bot.domain.leaves import Leave, read_days
from bot.domain.messages import Card, Outgoing
from bot.domain.people import Member, Role
from handlers.context import Context
from handlers.router import Router

router = Router()


@router.command("请假", help="这几天的提醒和审批交给代理人", usage="11-23~11-27 代理 陈亮")
def take_leave(ctx: Context) -> list[Outgoing]:
    """「请假 11-23~11-27 代理 陈亮」: on these days, and only then, the deputy gets what is meant for you."""
    today = ctx.now.astimezone(SHANGHAI).date()
    words = ctx.argument.split()
    days = read_days(" ".join(words[:-1]), today) if len(words) > 1 else None
    if days is None:
        raise Refusal("people.usage", usage=ctx.say("leave.usage"))
    deputy = find_deputy(ctx, words[-1])
    first_on, last_on = days
    leave = Leave(id=0, member_id=ctx.member.id, deputy_id=deputy.id, first_on=first_on, last_on=last_on)
    if any(leave.overlaps(each) for each in ctx.uow.leaves.of(deputy.id, since=today)):
        raise Refusal("leave.deputy_away", name=deputy.name)
    for old in ctx.uow.leaves.of(ctx.member.id, since=today):
        if leave.overlaps(old):
            end_leave(ctx, old)
    ctx.uow.leaves.save(leave)
    texts = ctx.deps.texts
    span = {"first": texts.day(first_on), "last": texts.day(last_on)}
    told = Card(title=ctx.say("leave.asked", name=ctx.member.name, **span), note=ctx.say("leave.asked_note"))
    return [
        *ctx.reply("leave.taken", deputy=deputy.name, **span),
        *ctx.write(deputy, told, key=f"leave:{ctx.incoming.id}"),
    ]


def find_deputy(ctx: Context, name: str) -> Member:
    """The active colleague of that name; a supervisor's deputy must be one, or an admin."""
    deputy = ctx.uow.members.named(name)
    if deputy is None or not deputy.active or deputy.id == ctx.member.id:
        raise Refusal("people.no_such_member", name=name)
    if ctx.member.role is not Role.REP and deputy.role is Role.REP:
        raise Refusal("leave.deputy_role", name=name, role=ctx.deps.texts.label("role", Role.SUPERVISOR))
    return deputy


@router.command("销假", help="提前回来，提醒重新发给你")
def come_back(ctx: Context) -> list[Outgoing]:
    """「销假」: what is not over yet ends now."""
    leaves = ctx.uow.leaves.of(ctx.member.id, since=ctx.now.astimezone(SHANGHAI).date())
    if not leaves:
        return ctx.reply("leave.none")
    for leave in leaves:
        end_leave(ctx, leave)
    return ctx.reply("leave.over")


def end_leave(ctx: Context, leave: Leave) -> None:
    """It covers no day from today on; the days before stay as they were."""
    yesterday = ctx.now.astimezone(SHANGHAI).date() - timedelta(days=1)
    ctx.uow.leaves.save(replace(leave, last_on=min(leave.last_on, yesterday)))
