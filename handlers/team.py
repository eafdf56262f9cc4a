"""What supervisors answer: the rest of the digest, and a word of advice that reaches the rep."""

from __future__ import annotations

from bot.domain.dialogs import Dialog
from bot.domain.errors import NotAllowed, Stale
from bot.domain.messages import Card, Kind, Outgoing, Row
from bot.domain.nodes import NodeItem
from bot.domain.people import Role
from handlers.context import Context
from handlers.drafts import ANSWER_WINDOW
from handlers.items import by_due, describe_node
from handlers.router import Router, read_id
from prompts.nudges import DueItem, list_card

router = Router()

SHOWN_ITEMS = 10


@router.command("团队", "团队待办", help="团队里超过预警时间的事项", role=Role.SUPERVISOR)
def list_by_words(ctx: Context) -> list[Outgoing]:
    """「团队」."""
    return list_team(ctx)


@router.button("team.more")
def list_by_button(ctx: Context) -> list[Outgoing]:
    """「还有 N 项」."""
    return list_team(ctx)


def list_team(ctx: Context) -> list[Outgoing]:
    """The open items past their alert of everybody whom this member may see."""
    if ctx.member.role is Role.REP:
        raise NotAllowed("people.not_allowed", role=ctx.deps.texts.label("role", Role.SUPERVISOR))
    items = by_due(alerting_items(ctx))
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
    """Open node items past their alert, of the members in scope."""
    found = []
    for member in ctx.uow.members.all():
        if member.id == ctx.member.id or not ctx.member.may_see(member):
            continue
        for item in ctx.uow.node_items.open_of(member.id):
            due = describe_node(ctx.uow, ctx.deps.playbook, item)
            if due and item.alert_at <= ctx.now:
                found.append(due)
    return found


@router.button("team.seen")
def mark_seen(ctx: Context) -> list[Outgoing]:
    """「知道了」."""
    return ctx.reply("team.seen")


def visible_item(ctx: Context, item_id: str) -> NodeItem:
    """A team member's node item; NotAllowed outside the supervisor's scope."""
    item = ctx.uow.node_items.get(read_id(item_id))
    rep = ctx.uow.members.get(item.member_id) if item else None
    if item is None or rep is None:
        raise Stale
    if not ctx.member.may_see(rep) or ctx.member.role is Role.REP:
        raise NotAllowed("people.not_allowed", role=ctx.deps.texts.label("role", Role.SUPERVISOR))
    return item


@router.button("team.open")
def open_from_list(ctx: Context) -> list[Outgoing]:
    """One item of the team's list: straight to the advice."""
    return ask_comment(ctx, visible_item(ctx, ctx.argument.lstrip("=").partition(":")[2]))


@router.button("team.comment")
def comment_by_button(ctx: Context) -> list[Outgoing]:
    """「给建议」."""
    return ask_comment(ctx, visible_item(ctx, ctx.argument))


def ask_comment(ctx: Context, item: NodeItem) -> list[Outgoing]:
    """Ask for the supervisor's words."""
    rep = ctx.uow.members.get(item.member_id)
    ctx.uow.dialogs.wait(
        Dialog(
            member_id=ctx.member.id,
            state="team.comment",
            subject=str(item.id),
            expires_at=ctx.now + ANSWER_WINDOW,
        )
    )
    return ctx.reply("team.comment_ask", rep=rep.name if rep else "")


def is_comment(ctx: Context, _subject: str) -> bool:
    """Words, typed or spoken."""
    return ctx.incoming.kind in (Kind.TEXT, Kind.VOICE) and bool(ctx.text.strip())


@router.waiting("team.comment", fits=is_comment)
def pass_on_comment(ctx: Context) -> list[Outgoing]:
    """The supervisor's words reach the rep with the item that they are about."""
    item = visible_item(ctx, ctx.argument)
    rep = ctx.uow.members.get(item.member_id)
    due = describe_node(ctx.uow, ctx.deps.playbook, item)
    if rep is None or due is None:
        raise Stale
    ctx.uow.dialogs.stop(ctx.member.id)
    card = Card(
        title=ctx.say("team.comment_got", name=ctx.member.name, node=due.title, customer=due.customer),
        rows=(Row(label=ctx.say("node.ask"), value=due.ask),),
        quote=ctx.text.strip(),
    )
    return [
        *ctx.write(rep, card, key=f"comment:{ctx.incoming.id}"),
        *ctx.reply("team.comment_sent", rep=rep.name),
    ]
