"""「节点 康联」: the checklist of one deal, each check done, open, due or let go, with what to do."""

from __future__ import annotations

from bot.domain.errors import Stale
from bot.domain.messages import Outgoing
from bot.domain.nodes import Node, NodeItem, NodeStatus
from bot.domain.opportunities import Opportunity
from bot.domain.playbook import finished
from handlers.context import Context
from handlers.drafts import own_record
from handlers.finding import find_one_customer, visible_customer, visible_deal, visible_deals
from handlers.items import short_name
from handlers.known_answers import answer_rows, scene_buttons, unanswered
from handlers.nodes import reopen
from handlers.openings import find_deal, known_items
from handlers.router import Router
from prompts.deals import checklist_card, deal_list_card, deal_rows

router = Router()

SCENE_BUTTONS = 2
_BEST = (NodeStatus.CANCELLED, NodeStatus.WAIVED, NodeStatus.DONE, NodeStatus.OPEN)
"""Where a node has several items, the one of the later status here is shown, then the newer one."""


def names_no_team(ctx: Context, words: str) -> bool:
    """Whether the words are no team and no colleague: their table of nodes is another one."""
    members = ctx.uow.members.all()
    return bool(words) and not any(words in (member.team, member.name) for member in members)


@router.command("节点", help="一个商机的六节点检查表", usage="客户", fits=names_no_team)
def show_checklist(ctx: Context) -> list[Outgoing]:
    """「节点 康联」."""
    customer = find_one_customer(ctx, ctx.argument, action="checklist.of")
    return customer if isinstance(customer, list) else checklist_of(ctx, customer.id)


@router.button("checklist.of")
def show_by_customer(ctx: Context) -> list[Outgoing]:
    """The checklist of a customer: of its one deal, or which of several."""
    return checklist_of(ctx, visible_customer(ctx, ctx.argument).id)


def checklist_of(ctx: Context, customer_id: int) -> list[Outgoing]:
    """The checklist of the customer's one deal; which one, where there are several."""
    deals = visible_deals(ctx, customer_id)
    if len(deals) < 2:
        return [checklist(ctx, customer_id, deals[0] if deals else None)]
    name = short_name(ctx.uow, customer_id)
    card = deal_list_card(
        deals,
        names=[name] * len(deals),
        title=ctx.say("deal.which", customer=name),
        action="checklist.deal:",
        playbook=ctx.deps.playbook,
        texts=ctx.deps.texts,
        now=ctx.now,
    )
    return [ctx.show(card)]


@router.button("checklist.deal")
def show_by_deal(ctx: Context) -> list[Outgoing]:
    """The checklist of one deal."""
    deal = visible_deal(ctx, ctx.argument.lstrip("="))
    return [checklist(ctx, deal.customer_id, deal)]


@router.button("checklist.visit")
def show_by_visit(ctx: Context) -> list[Outgoing]:
    """The checklist of the deal that a record belongs to."""
    record = own_record(ctx, ctx.argument)
    if record is None or record.customer_id is None:
        raise Stale
    return [checklist(ctx, record.customer_id, find_deal(ctx, record))]


@router.button("checklist.reopen")
def reopen_from_list(ctx: Context) -> list[Outgoing]:
    """A closed check of the list is open again."""
    ctx.argument = ctx.argument.lstrip("=")
    return reopen(ctx)


def checklist(ctx: Context, customer_id: int, deal: Opportunity | None) -> Outgoing:
    """Every node of the playbook with the deal's item for it."""
    items = [item for item in known_items(ctx, customer_id, deal) if may_see_item(ctx, item)]
    checks = [(node, newest(node, items)) for node in ctx.deps.playbook.nodes if applies(ctx, node, deal)]
    name = short_name(ctx.uow, customer_id)
    title = ctx.say("checklist.title", name=deal.title if deal else name)
    head = (
        deal_rows(deal, playbook=ctx.deps.playbook, done=finished(items), texts=ctx.deps.texts, now=ctx.now)
        if deal
        else ()
    )
    own = frozenset(item.id for item in items if item.member_id == ctx.member.id)
    rows = answer_rows(ctx, customer_id)
    ask = scene_buttons(unanswered(ctx, customer_id), customer_id, room=SCENE_BUTTONS)
    head = (*head, *rows)
    card = checklist_card(checks, title=title, head=head, own=own, ask=ask, texts=ctx.deps.texts, now=ctx.now)
    return ctx.show(card, key=f"checklist:{customer_id}:{deal.id if deal else 0}:{ctx.incoming.id}")


def may_see_item(ctx: Context, item: NodeItem) -> bool:
    """Whether the item's rep is in the reader's scope."""
    rep = ctx.uow.members.get(item.member_id)
    return rep is not None and ctx.member.may_see(rep)


def applies(ctx: Context, node: Node, deal: Opportunity | None) -> bool:
    """Whether the node is switched on for the deal's owner, or for the reader where there is no deal."""
    owner = ctx.uow.members.get(deal.owner_id) if deal else ctx.member
    return node.applies_to(owner.team if owner else "")


def newest(node: Node, items: list[NodeItem]) -> NodeItem | None:
    """The item that tells how the node stands."""
    # What was cancelled without a reason was undone, or its words were corrected away.
    real = [item for item in items if item.status is not NodeStatus.CANCELLED or item.reason]
    mine = [item for item in real if item.node_key == node.key]
    return max(mine, key=lambda item: (_BEST.index(item.status), item.id), default=None)
