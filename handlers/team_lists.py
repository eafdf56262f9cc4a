"""What supervisors look for themselves: silent and stalled deals, and objections, of the own team only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.calendar import SHANGHAI
from bot.domain.errors import NotAllowed, Refusal, Stale
from bot.domain.messages import Button, Outgoing
from bot.domain.overrides import write_value
from bot.domain.people import Member, Role
from bot.domain.silence import TeamDeal, objections_of, silent_deals, stalled_deals
from bot.domain.visits import VisitStatus
from handlers.context import Context
from handlers.drafts import customer_name
from handlers.items import short_name
from handlers.router import Router, read_id
from handlers.scope import may_see, principals_of, supervises, team_of
from prompts.cards import visit_card
from prompts.supervising import ObjectionLine, deals_card, objections_card

router = Router()

PERIODS = ("this_week", "last_week", "this_month")


@router.command("48小时", help="团队里超过 48 小时没有更新的商机", role=Role.SUPERVISOR, usage="姓名")
def list_two_days(ctx: Context) -> list[Outgoing]:
    """「48小时」: deals without an update for longer than that."""
    return show_silent(ctx, ctx.deps.playbook.thresholds.no_update)


@router.command("7天", "七天", help="团队里超过 7 天没有互动的商机", role=Role.SUPERVISOR, usage="姓名")
def list_seven_days(ctx: Context) -> list[Outgoing]:
    """「7天」: deals without any interaction for longer than that."""
    return show_silent(ctx, ctx.deps.playbook.thresholds.no_contact)


@router.command("停滞", help="团队里停在同一阶段太久的商机", role=Role.SUPERVISOR, usage="姓名")
def list_stalled(ctx: Context) -> list[Outgoing]:
    """「停滞」: deals that have stood in their stage longer than the playbook allows."""
    limit = ctx.deps.playbook.thresholds.stalled
    team = team_in_scope(ctx)
    deals = stalled_deals(_deals_of(ctx, team), longer_than=limit, now=ctx.now)
    title = ctx.say("lists.stalled", days=limit.days, count=len(deals))
    return _show(ctx, deals, team, title=title, stalled=True)


def show_silent(ctx: Context, longer_than: timedelta) -> list[Outgoing]:
    """The team's deals without a record for longer than that."""
    team = team_in_scope(ctx)
    deals = silent_deals(_deals_of(ctx, team), longer_than=longer_than, now=ctx.now)
    title = ctx.say("lists.silent", length=ctx.deps.texts.length(write_value(longer_than)), count=len(deals))
    return _show(ctx, deals, team, title=title, stalled=False)


def team_in_scope(ctx: Context) -> Sequence[Member]:
    """The team whom the sender may see, or the one member who is named; NotAllowed for anybody else's."""
    principals = principals_of(ctx.uow, ctx.member, now=ctx.now)
    team = team_of(principals, ctx.uow.members.all())
    name = ctx.argument.strip()
    if not name:
        return team
    named = ctx.uow.members.named(name)
    if named is None:
        raise Refusal("people.no_such_member", name=name)
    if named.id not in {each.id for each in team}:
        raise NotAllowed("team.out_of_scope")
    return [named]


def _deals_of(ctx: Context, team: Sequence[Member]) -> Sequence[TeamDeal]:
    return ctx.uow.team_deals.open_of([each.id for each in team])


def _show(
    ctx: Context, deals: Sequence[TeamDeal], team: Sequence[Member], *, title: str, stalled: bool
) -> list[Outgoing]:
    if not deals:
        return ctx.reply("lists.none")
    names = {each.id: each.name for each in team}
    card = deals_card(
        deals,
        title=title,
        reps=names,
        stages={stage.key: stage.name for stage in ctx.deps.playbook.stages},
        stalled=stalled,
        texts=ctx.deps.texts,
        now=ctx.now,
    )
    return [ctx.show(card)]


@router.command("异议", help="客户最近的异议，可以跳到记录", role=Role.SUPERVISOR, usage="本周|上周|本月")
def list_objections(ctx: Context) -> list[Outgoing]:
    """「异议 本周」: what customers objected to, with the record that tells of it."""
    labels = {ctx.deps.texts.label("period", each): each for each in PERIODS}
    period = labels.get(ctx.argument.strip(), PERIODS[0]) if ctx.argument else PERIODS[0]
    if ctx.argument and ctx.argument.strip() not in labels:
        raise Refusal("people.usage", usage=ctx.say("lists.usage_objections"))
    ctx.argument = ""
    team = {each.id: each.name for each in team_in_scope(ctx)}
    first, last = _days_of(period, ctx.now.astimezone(SHANGHAI).date())
    lines = [
        ObjectionLine(
            visit_id=record.id,
            rep=team[record.member_id],
            customer=short_name(ctx.uow, record.customer_id) if record.customer_id else "",
            signals=tuple(dict.fromkeys(fact.value for fact in objections)),
            said=tuple(dict.fromkeys(fact.said for fact in objections)),
        )
        for record in ctx.uow.team_deals.records(team, first, last)
        if (objections := objections_of(record.facts))
    ]
    if not lines:
        return ctx.reply("lists.no_objections")
    title = ctx.say("lists.objections", period=ctx.deps.texts.label("period", period), count=len(lines))
    return [ctx.show(objections_card(lines, title=title, texts=ctx.deps.texts))]


def _days_of(period: str, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    if period == "last_week":
        return monday - timedelta(days=7), monday - timedelta(days=1)
    return (today.replace(day=1), today) if period == "this_month" else (monday, today)


@router.button("team.record")
def open_record(ctx: Context) -> list[Outgoing]:
    """The record behind a line, to read and to comment; a private one is nobody's but its rep's."""
    record = ctx.uow.visits.get(read_id(ctx.argument.lstrip("=")))
    rep = ctx.uow.members.get(record.member_id) if record else None
    if record is None or rep is None:
        raise Stale
    if not supervises(ctx) or not may_see(ctx, rep) or (record.private and rep.id != ctx.member.id):
        raise NotAllowed("team.out_of_scope")
    if record.status is not VisitStatus.SAVED:
        raise Stale
    advise = Button(label=ctx.say("team.comment_button"), action=f"team.comment:visit:{record.id}")
    card = visit_card(
        record,
        customer=customer_name(ctx, record),
        texts=ctx.deps.texts,
        title=f"{rep.name} · {record.number}",
        buttons=[advise],
        settled=True,
    )
    return [ctx.show(card)]
