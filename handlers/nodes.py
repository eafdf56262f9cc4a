"""Answers to a node item: done, tomorrow, not applicable, with proof where the playbook wants it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.dialogs import Dialog
from bot.domain.errors import Stale
from bot.domain.messages import Button, Card, Kind, Outgoing
from bot.domain.nodes import Evidence, NodeItem, NodeStatus, attach_evidence, close_item
from bot.domain.nudges import snooze_until
from handlers.context import Context
from handlers.drafts import ANSWER_WINDOW
from handlers.items import describe_node
from handlers.process import plan_for_node
from handlers.router import Router, read_id
from prompts.nudges import DueItem

router = Router()

PROOF = (Evidence.FILE, Evidence.VOICE)
WAIVE_REASONS = ("no_need", "lost", "duplicate")


def own_item(ctx: Context, item_id: str) -> NodeItem:
    """The member's own open item; else Stale."""
    item = ctx.uow.node_items.get(read_id(item_id))
    if item is None or item.member_id != ctx.member.id or item.status is not NodeStatus.OPEN:
        raise Stale
    return item


def described(ctx: Context, item: NodeItem) -> DueItem:
    """The item as people call it; Stale where the playbook has dropped its node."""
    due = describe_node(ctx.uow, ctx.deps.playbook, item)
    if due is None:
        raise Stale
    return due


def show_on_item(ctx: Context, item: NodeItem, card: Card) -> list[Outgoing]:
    """Put a card in the place of the one that was pressed."""
    return [ctx.show(card, key=ctx.incoming.card_key or f"item:node:{item.id}")]


@router.button("node.done")
def finish(ctx: Context) -> list[Outgoing]:
    """「已完成」: closes it, or asks once for the proof that the playbook wants."""
    item = own_item(ctx, ctx.argument)
    node = ctx.deps.playbook.node(item.node_key)
    if node is None or node.evidence not in PROOF or item.evidence_refs:
        return close(ctx, item, NodeStatus.DONE)
    ctx.uow.dialogs.wait(
        Dialog(
            member_id=ctx.member.id,
            state="node.evidence",
            subject=str(item.id),
            expires_at=ctx.now + ANSWER_WINDOW,
        )
    )
    due = described(ctx, item)
    card = Card(
        title=ctx.say("node.title", node=due.title, customer=due.customer),
        note=ask_for_proof(ctx, item),
        buttons=(
            ctx.button("node.button.attest", f"node.attest:{item.id}", primary=True),
            ctx.button("node.button.tomorrow", f"node.tomorrow:{item.id}"),
        ),
    )
    return show_on_item(ctx, item, card)


def ask_for_proof(ctx: Context, item: NodeItem) -> str:
    """What to send; with a page for files where the chat carries none."""
    offer, page = ctx.deps.offer_upload, ""
    if offer:
        page = offer(
            ctx.incoming.sender,
            member_id=ctx.member.id,
            item_id=item.id,
            message_id=ctx.incoming.id,
            now=ctx.now,
        )
    return ctx.say("node.evidence_page", page=page) if page else ctx.say("node.evidence")


@router.button("node.attest")
def attest(ctx: Context) -> list[Outgoing]:
    """「口头确认」: done on the rep's word."""
    return close(ctx, own_item(ctx, ctx.argument), NodeStatus.DONE)


def is_proof(ctx: Context, _subject: str) -> bool:
    """A picture, a file or a voice note."""
    return ctx.incoming.kind in (Kind.IMAGE, Kind.FILE, Kind.VOICE)


@router.waiting("node.evidence", fits=is_proof)
def take_evidence(ctx: Context) -> list[Outgoing]:
    """The proof after 「已完成」."""
    item = own_item(ctx, ctx.argument)
    media = ctx.incoming.attachment or ctx.incoming.voice
    if media is None:
        raise Stale
    return close(ctx, attach_evidence(item, media.media_ref), NodeStatus.DONE)


def close(ctx: Context, item: NodeItem, status: NodeStatus, *, reason: str = "") -> list[Outgoing]:
    """Close the item and its ladder; the card says so."""
    due = described(ctx, item)
    closed = ctx.uow.node_items.save(close_item(item, status, at=ctx.now, reason=reason))
    plan_for_node(ctx, closed)
    ctx.uow.dialogs.stop(ctx.member.id)
    if status is NodeStatus.DONE:
        title = ctx.say("node.done", node=due.title, customer=due.customer)
    else:
        title = ctx.say("node.waived", node=due.title, customer=due.customer, reason=reason)
    return show_on_item(ctx, item, Card(title=title))


@router.button("node.waive")
def ask_reason(ctx: Context) -> list[Outgoing]:
    """「不适用」: why?"""
    item = own_item(ctx, ctx.argument)
    due = described(ctx, item)
    buttons = [
        Button(label=ctx.say(f"node.button.{reason}"), action=f"node.waive_as:{item.id}={reason}")
        for reason in WAIVE_REASONS
    ]
    card = Card(
        title=ctx.say("node.title", node=due.title, customer=due.customer),
        note=ctx.say("node.waive_why"),
        buttons=tuple(buttons),
    )
    return show_on_item(ctx, item, card)


@router.button("node.waive_as")
def waive(ctx: Context) -> list[Outgoing]:
    """Waived with its reason: it leaves both sides of the rate."""
    item_id, _, reason = ctx.argument.partition("=")
    if reason not in WAIVE_REASONS:
        raise Stale
    item = own_item(ctx, item_id)
    return close(ctx, item, NodeStatus.WAIVED, reason=ctx.say(f"node.button.{reason}"))


@router.button("node.tomorrow")
def snooze(ctx: Context) -> list[Outgoing]:
    """「明天」: at most twice without a reason; the supervisor's steps move by the same time, once only."""
    item = own_item(ctx, ctx.argument)
    if item.snoozes >= ctx.deps.playbook.manners.snoozes:
        ctx.uow.dialogs.wait(
            Dialog(
                member_id=ctx.member.id,
                state="node.snooze_reason",
                subject=str(item.id),
                expires_at=ctx.now + ANSWER_WINDOW,
            )
        )
        return ctx.reply("node.snooze_limit", count=item.snoozes)
    return put_off(ctx, item, reason="")


def is_words(ctx: Context, _subject: str) -> bool:
    """Words, typed or spoken."""
    return ctx.incoming.kind in (Kind.TEXT, Kind.VOICE) and bool(ctx.text.strip())


@router.waiting("node.snooze_reason", fits=is_words)
def snooze_with_reason(ctx: Context) -> list[Outgoing]:
    """The third 「明天」 after its reason was told."""
    ctx.uow.dialogs.stop(ctx.member.id)
    return put_off(ctx, own_item(ctx, ctx.argument), reason=ctx.text.strip())


def put_off(ctx: Context, item: NodeItem, *, reason: str) -> list[Outgoing]:
    """Move the item's due time to the next workday, and on the first time its alert as well."""
    until = snooze_until(ctx.now, manners=ctx.deps.playbook.manners, calendar=ctx.deps.calendar)
    shift = max(until - item.due_at, until - ctx.now)
    alert_at = item.alert_at + shift if item.snoozes == 0 else max(item.alert_at, until)
    later = replace(
        item,
        due_at=until,
        alert_at=alert_at,
        snoozes=item.snoozes + 1,
        reason=reason or item.reason,
    )
    plan_for_node(ctx, ctx.uow.node_items.save(later))
    when = ctx.deps.texts.moment(until, now=ctx.now)
    return show_on_item(ctx, item, Card(title=ctx.say("node.snoozed", when=when)))
