"""The supervisor's list: what is past its alert or a risk, of the own team only."""

from __future__ import annotations

from bot.domain.clocks import Clock
from bot.domain.errors import NotAllowed
from bot.domain.messages import Outgoing
from bot.domain.nodes import NodeItem
from bot.domain.people import Role
from handlers.context import Context
from handlers.deal_reminders import told_deals
from handlers.items import by_due, describe_all
from handlers.router import Router
from handlers.scope import principals_of, supervises, team_of
from prompts.nudges import DueItem, list_card

router = Router()

SHOWN_ITEMS = 10


@router.command("团队", "团队待办", help="团队里超过预警时间的事项和风险", role=Role.SUPERVISOR)
def list_by_words(ctx: Context) -> list[Outgoing]:
    """「团队」."""
    return list_team(ctx)


@router.button("team.more")
def list_by_button(ctx: Context) -> list[Outgoing]:
    """「还有 N 项」."""
    return list_team(ctx)


def list_team(ctx: Context) -> list[Outgoing]:
    """The open items past their alert, and open risks, of everybody whom this member may see."""
    if not supervises(ctx):
        raise NotAllowed("people.not_allowed", role=ctx.deps.texts.label("role", Role.SUPERVISOR))
    team = team_of(principals_of(ctx.uow, ctx.member, now=ctx.now), ctx.uow.members.all())
    items = by_due([*alerting_items(ctx), *told_deals(ctx.uow, ctx.deps, team, but=(), now=ctx.now)])
    if not items:
        return ctx.reply("team.list_empty")
    shown = items[:SHOWN_ITEMS]
    card = list_card(
        shown,
        title=ctx.say("team.list_title", count=len(items)),
        texts=ctx.deps.texts,
        now=ctx.now,
        action="team.open:",
        more=len(items) - len(shown),
    )
    return [ctx.show(card)]


def alerting_items(ctx: Context) -> list[DueItem]:
    """Open node items of the members in scope that are past their alert and not put off, and all risks."""
    principals = principals_of(ctx.uow, ctx.member, now=ctx.now)
    team = team_of(principals, ctx.uow.members.all())
    items = ctx.uow.open_items.nodes_of([each.id for each in team])
    return describe_all(ctx.uow, ctx.deps.playbook, [item for item in items if is_listed(ctx, item)])


def is_listed(ctx: Context, item: NodeItem) -> bool:
    """Past its alert and not put off; or a check without delay, such as a risk, which is listed at once."""
    node = ctx.deps.playbook.node(item.node_key)
    if node and node.clock is Clock.INSTANT:
        return True
    return item.alert_at <= ctx.now and item.due_at <= ctx.now


@router.button("team.seen")
def mark_seen(ctx: Context) -> list[Outgoing]:
    """「知道了」."""
    return ctx.reply("team.seen")
