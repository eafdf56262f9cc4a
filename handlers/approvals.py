"""The supervisor's yes at a gate: agree, or give it back with a word; the rep hears of it at once."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import NotAllowed, Stale
from bot.domain.messages import Card, Outgoing, Priority
from bot.domain.nodes import NodeItem, NodeStatus, close_item, tell
from bot.domain.nudges import snooze_until
from bot.domain.people import Role
from handlers.context import Context
from handlers.node_steps import await_words, described, gate_key, is_words
from handlers.process import plan_for_node
from handlers.router import Router, read_id
from handlers.scope import may_see, supervises

router = Router()

APPROVAL = "approval"


def asked_item(ctx: Context, item_id: str) -> NodeItem:
    """An item that waits for this member's yes; NotAllowed for whoever may not give it."""
    item = ctx.uow.node_items.get(read_id(item_id))
    rep = ctx.uow.members.get(item.member_id) if item else None
    if item is None or rep is None or item.status is not NodeStatus.OPEN or item.asked_at is None:
        raise Stale
    if ctx.member.id == rep.id or not supervises(ctx) or not may_see(ctx, rep):
        raise NotAllowed("people.not_allowed", role=ctx.deps.texts.label("role", Role.SUPERVISOR))
    return item


@router.button("gate.approve")
def approve(ctx: Context) -> list[Outgoing]:
    """「同意」: the gate is done."""
    item = tell(asked_item(ctx, ctx.argument), APPROVAL, ctx.member.name)
    request = gate_key(item)
    closed = ctx.uow.node_items.save(close_item(item, NodeStatus.DONE, at=ctx.now))
    plan_for_node(ctx, closed)
    due = described(ctx, closed)
    title = ctx.say("gate.approved", node=due.title, customer=due.customer, name=ctx.member.name)
    return answer_both(ctx, closed, title=title, quote="", request=request)


@router.button("gate.return")
def ask_reason(ctx: Context) -> list[Outgoing]:
    """「退回」: a reason helps, but needs not be told."""
    item = asked_item(ctx, ctx.argument)
    due = described(ctx, item)
    await_words(ctx, "gate.reason", str(item.id))
    card = Card(
        title=ctx.say("gate.title", rep=due.rep, node=due.title, customer=due.customer),
        note=ctx.say("gate.why"),
        buttons=(ctx.button("gate.button.return_plain", f"gate.return_plain:{item.id}"),),
    )
    return [ctx.show(card, key=gate_key(item))]


@router.button("gate.return_plain")
def return_plain(ctx: Context) -> list[Outgoing]:
    """「直接退回」."""
    return give_back(ctx, asked_item(ctx, ctx.argument), reason="")


@router.waiting("gate.reason", fits=is_words)
def return_with_reason(ctx: Context) -> list[Outgoing]:
    """The supervisor's words go to the rep with the item."""
    return give_back(ctx, asked_item(ctx, ctx.argument), reason=ctx.text.strip())


def give_back(ctx: Context, item: NodeItem, *, reason: str) -> list[Outgoing]:
    """The gate is the rep's again, with a day more; its proof has to be sent anew."""
    ctx.uow.dialogs.stop(ctx.member.id)
    until = snooze_until(ctx.now, manners=ctx.deps.playbook.manners, calendar=ctx.deps.calendar)
    node = ctx.deps.playbook.node(item.node_key)
    kept = tuple(a for a in item.answers if node and a.key not in (*node.evidence, "attested"))
    due_at = max(item.due_at, until)
    returned = replace(
        item,
        asked_at=None,
        answers=kept,
        reason=reason,
        due_at=due_at,
        alert_at=max(item.alert_at, due_at),
        snoozes=item.snoozes + (due_at != item.due_at),
    )
    plan_for_node(ctx, ctx.uow.node_items.save(returned))
    due = described(ctx, returned)
    title = ctx.say("gate.returned", node=due.title, customer=due.customer, name=ctx.member.name)
    return answer_both(ctx, returned, title=title, quote=reason, request=gate_key(item))


def answer_both(ctx: Context, item: NodeItem, *, title: str, quote: str, request: str) -> list[Outgoing]:
    """The supervisor's card shows what was decided; the rep is told at once, also in the evening."""
    rep = ctx.uow.members.get(item.member_id)
    again = ctx.button("gate.button.again", f"node.open:{item.id}", primary=True)
    buttons = (again,) if item.status is NodeStatus.OPEN else ()
    told = Card(title=title, quote=quote or None, buttons=buttons)
    mine = ctx.show(Card(title=title, quote=quote or None), key=request)
    if rep is None:
        return [mine]
    return [mine, *ctx.write(rep, told, key=f"{request}:told", priority=Priority.REPLY)]
