"""Deals that move: into another stage with one confirming tap, won or lost with a reason, opened again."""

from __future__ import annotations

from bot.domain.errors import Stale
from bot.domain.messages import MAX_BUTTONS, Button, Card, Outgoing, Row
from bot.domain.nodes import NodeItem, NodeStatus, reopen_item
from bot.domain.opportunities import Opportunity, OpportunityStatus, end_deal, enter_stage, reopen_deal
from bot.domain.playbook import Stage
from bot.domain.visits import VisitStatus
from handlers.context import Context
from handlers.deals import deal_key, make_deal, show_deal
from handlers.drafts import own_record, show_record
from handlers.finding import visible_deal, visible_deals
from handlers.node_steps import await_words, is_words
from handlers.openings import cancel_item, open_stage_nodes, stage_move
from handlers.process import plan_for_node
from handlers.router import Router
from handlers.valid_updates import count_stage_move
from prompts.cards import node_row
from prompts.deals import stage_text

router = Router()

REASON_CHARACTERS = 60


def meant_deals(ctx: Context, words: str) -> list[Opportunity]:
    """The open deals that the words name: by their own title, or by their customer."""
    mine = ctx.uow.opportunities.owned_by(ctx.member.id)
    titled = [deal for deal in mine if deal.title == words]
    if titled:
        return titled
    return [deal for customer in ctx.uow.customers.named(words) for deal in visible_deals(ctx, customer.id)]


def names_move(ctx: Context, argument: str) -> bool:
    """Whether a sentence names a customer or deal, and a stage."""
    words, _, stage = argument.partition("|")
    known = ctx.uow.customers.named(words) or meant_deals(ctx, words)
    return bool(known) and ctx.deps.playbook.named_stage(stage) is not None


@router.sentence(
    r"(\S{1,30}?)\s*(?:进入|推进到|推进至|转到|走到|到了|回到|退回到)\s*(\S{2,12}?)(?:阶段)?[。!]?",
    fits=names_move,
)
def ask_move(ctx: Context) -> list[Outgoing]:
    """「康联 进入 报价谈判」: what would change, and one tap to change it."""
    words, _, stage_words = ctx.argument.partition("|")
    stage = ctx.deps.playbook.named_stage(stage_words)
    deals = meant_deals(ctx, words)
    if stage is None:
        raise Stale
    if not deals:
        return ctx.reply("deal.none_of", customer=words)
    moving = [deal for deal in deals if deal.stage_key != stage.key]
    if not moving:
        return ctx.reply("deal.there_already", stage=stage.name)
    rows = tuple(
        Row(
            label=deal.title,
            value=stage_text(deal, playbook=ctx.deps.playbook, texts=ctx.deps.texts, now=ctx.now),
        )
        for deal in moving[: MAX_BUTTONS - 1]
    )
    label = ctx.say("deal.button.enter", stage=stage.name)
    buttons = [
        Button(
            label=label if len(moving) == 1 else deal.title,
            action=f"deal.move:{deal.id}={stage.key}",
            primary=len(moving) == 1,
        )
        for deal in moving[: MAX_BUTTONS - 1]
    ]
    title = ctx.say("deal.ask_move" if len(moving) == 1 else "deal.ask_which", stage=stage.name)
    card = Card(title=title, rows=rows, buttons=(*buttons, ctx.button("deal.button.leave", "deal.leave")))
    return [ctx.show(card, key=deal_key(ctx))]


@router.button("deal.move")
def move(ctx: Context) -> list[Outgoing]:
    """The confirming tap: the deal is in that stage from now on, and its checks open."""
    deal_id, _, stage_key = ctx.argument.partition("=")
    deal, stage = visible_deal(ctx, deal_id), ctx.deps.playbook.stage(stage_key)
    if stage is None:
        raise Stale
    return [move_deal(ctx, deal, stage)]


def move_deal(ctx: Context, deal: Opportunity, stage: Stage) -> Outgoing:
    """Enter the stage; checks of stages that the deal has not come to (any more) are cancelled."""
    moved = ctx.uow.opportunities.save(enter_stage(deal, stage.key, at=ctx.now))
    place = ctx.deps.playbook.stage_number(stage.key)
    for item in open_items_of(ctx, moved):
        node = ctx.deps.playbook.node(item.node_key)
        if node and node.on_stage and ctx.deps.playbook.stage_number(node.on_stage) > place:
            cancel_item(ctx, item, reason="")
    opened = open_stage_nodes(ctx, moved)
    title = ctx.say("deal.moved", title=moved.title, stage=stage.name)
    return show_deal(ctx, moved, title=title, extra=item_rows(ctx, opened))


def item_rows(ctx: Context, items: list[NodeItem]) -> tuple[Row, ...]:
    """Just opened checks with their clock."""
    rows = []
    for item in items:
        node = ctx.deps.playbook.node(item.node_key)
        if node:
            when = ctx.deps.texts.moment(item.due_at, now=ctx.now)
            rows.append(node_row(node, item, when=when, texts=ctx.deps.texts))
    return tuple(rows)


def open_items_of(ctx: Context, deal: Opportunity) -> list[NodeItem]:
    """The deal's own open checks."""
    items = ctx.uow.node_items.of_customer(deal.customer_id)
    return [item for item in items if item.opportunity_id == deal.id and item.status is NodeStatus.OPEN]


@router.button("deal.follow")
def move_by_note(ctx: Context) -> list[Outgoing]:
    """The move that a saved note's words propose; where the customer has no deal yet, one is made."""
    record = own_record(ctx, ctx.argument)
    proposal = stage_move(ctx, record) if record and record.status is VisitStatus.SAVED else None
    if record is None or proposal is None or record.customer_id is None:
        raise Stale
    deal, stage = proposal
    if deal:
        shown = move_deal(ctx, deal, stage)
    else:
        customer = ctx.uow.customers.get(record.customer_id)
        title = record.topic or (customer.short_name if customer else "")
        made = make_deal(ctx, record.customer_id, stage_key=stage.key, title=title)
        shown = show_deal(ctx, made, title=ctx.say("deal.created", title=made.title))
    return [shown, *show_record(ctx, count_stage_move(ctx.uow, record))]


def names_end(ctx: Context, argument: str) -> bool:
    """Whether the sentence begins with the name of a customer or deal that is open."""
    return bool(meant_deals(ctx, argument.split("|")[0]))


@router.sentence(r"(\S{1,30}?)\s*(?:赢单|成交|签单|拿下)了?[,，:：。!\s]*(.{0,60})", fits=names_end)
def ask_won(ctx: Context) -> list[Outgoing]:
    """「康联 赢单 方案最合适」."""
    return ask_end(ctx, OpportunityStatus.WON)


@router.sentence(r"(\S{1,30}?)\s*(?:丢单|输单|丢标|黄)了?[,，:：。!\s]*(.{0,60})", fits=names_end)
def ask_lost(ctx: Context) -> list[Outgoing]:
    """「康联 丢单 价格太高」."""
    return ask_end(ctx, OpportunityStatus.LOST)


def ask_end(ctx: Context, status: OpportunityStatus) -> list[Outgoing]:
    """One tap for the deal that is meant, with the reason that was said; without one it is asked."""
    words, _, reason = ctx.argument.partition("|")
    deals = meant_deals(ctx, words)
    reason = reason.strip()[:REASON_CHARACTERS]
    if len(deals) == 1 and not reason:
        return ask_reason(ctx, deals[0], status)
    buttons = tuple(
        Button(
            label=ctx.say(f"deal.button.{status}") if len(deals) == 1 else deal.title,
            action=f"deal.end:{deal.id}/{status}={reason}",
            primary=len(deals) == 1,
        )
        for deal in deals[: MAX_BUTTONS - 1]
    )
    rows = (Row(label=ctx.say("deal.reason"), value=reason),) if reason else ()
    title = ctx.say(f"deal.ask_{status}", title=deals[0].title if len(deals) == 1 else words)
    card = Card(title=title, rows=rows, buttons=(*buttons, ctx.button("deal.button.leave", "deal.leave")))
    return [ctx.show(card, key=deal_key(ctx))]


@router.button("deal.win")
def win(ctx: Context) -> list[Outgoing]:
    """「赢单」 on the deal's card."""
    return ask_reason(ctx, visible_deal(ctx, ctx.argument), OpportunityStatus.WON)


@router.button("deal.lose")
def lose(ctx: Context) -> list[Outgoing]:
    """「丢单」 on the deal's card."""
    return ask_reason(ctx, visible_deal(ctx, ctx.argument), OpportunityStatus.LOST)


def ask_reason(ctx: Context, deal: Opportunity, status: OpportunityStatus) -> list[Outgoing]:
    """Why? A tap or a word, and the deal has ended."""
    if deal.status is not OpportunityStatus.OPEN:
        raise Stale
    await_words(ctx, "deal.reason", f"{deal.id}/{status}")
    texts = ctx.deps.texts
    won = [texts.label("won_reason", key) for key in texts.keys_of("won_reason")]
    lost = [texts.label("lost_reason", key) for key in texts.keys_of("lost_reason")]
    reasons = won if status is OpportunityStatus.WON else lost
    buttons = [Button(label=reason, action=f"deal.end:{deal.id}/{status}={reason}") for reason in reasons[:4]]
    card = Card(
        title=ctx.say(f"deal.ask_{status}", title=deal.title),
        buttons=(*buttons, ctx.button("deal.button.leave", "deal.leave")),
        note=ctx.say("deal.why"),
    )
    return [ctx.show(card, key=deal_key(ctx))]


@router.waiting("deal.reason", fits=is_words)
def end_by_words(ctx: Context) -> list[Outgoing]:
    """The reason in the rep's own words."""
    deal_id, _, status = ctx.argument.partition("/")
    return end(ctx, visible_deal(ctx, deal_id), status, ctx.text.strip()[:REASON_CHARACTERS])


@router.button("deal.end")
def end_by_tap(ctx: Context) -> list[Outgoing]:
    """The tap: `7/lost=价格太高`."""
    target, _, reason = ctx.argument.partition("=")
    deal_id, _, status = target.partition("/")
    deal = visible_deal(ctx, deal_id)
    if not reason and status in set(OpportunityStatus):
        return ask_reason(ctx, deal, OpportunityStatus(status))
    return end(ctx, deal, status, reason)


def end(ctx: Context, deal: Opportunity, status: str, reason: str) -> list[Outgoing]:
    """Won or lost: what is open for a lost deal is cancelled, and nobody is reminded of it any more."""
    if status not in (OpportunityStatus.WON, OpportunityStatus.LOST):
        raise Stale
    ctx.uow.dialogs.stop(ctx.member.id)
    ended = ctx.uow.opportunities.save(end_deal(deal, OpportunityStatus(status), reason=reason, at=ctx.now))
    if ended.status is OpportunityStatus.WON:
        return [show_deal(ctx, ended, title=ctx.say("deal.won", title=ended.title))]
    items = open_items_of(ctx, ended)
    for item in items:
        cancel_item(ctx, item, reason=reason)
    return [show_deal(ctx, ended, title=ctx.say("deal.lost", title=ended.title, count=len(items)))]


@router.button("deal.reopen")
def reopen(ctx: Context) -> list[Outgoing]:
    """「重新打开」: the deal, and the checks that went with it."""
    deal = visible_deal(ctx, ctx.argument)
    opened = ctx.uow.opportunities.save(reopen_deal(deal))
    for item in ctx.uow.node_items.of_customer(deal.customer_id):
        node = ctx.deps.playbook.node(item.node_key)
        went_along = item.status is NodeStatus.CANCELLED and item.closed_at == deal.closed_at
        if node and went_along and item.opportunity_id == deal.id:
            again = reopen_item(
                item,
                node,
                at=ctx.now,
                calendar=ctx.deps.calendar,
                quiet_hours=ctx.deps.playbook.manners.quiet_hours,
            )
            plan_for_node(ctx, ctx.uow.node_items.save(again))
    return [show_deal(ctx, opened, title=ctx.say("deal.reopened", title=opened.title))]
