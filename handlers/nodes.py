"""Answers to a check: done, tomorrow, not applicable, open again; what proves it is asked step by step."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.dialogs import Dialog
from bot.domain.errors import Stale
from bot.domain.evidence import Evidence
from bot.domain.messages import Button, Card, Kind, Outgoing
from bot.domain.nodes import NodeItem, NodeStatus, attach_evidence, reopen_item, tell
from bot.domain.nudges import snooze_until
from handlers.context import Context
from handlers.drafts import ANSWER_WINDOW
from handlers.node_steps import (
    close,
    described,
    go_on,
    is_words,
    own_item,
    proof_card,
    rule_of,
    settle,
    show_on_item,
)
from handlers.process import plan_for_node
from handlers.router import Router, read_id

router = Router()

WAIVE_REASONS = ("no_need", "lost", "duplicate")


@router.button("node.done")
def finish(ctx: Context) -> list[Outgoing]:
    """「已完成」: closes it, or asks for the next part of the proof that the playbook wants."""
    item = own_item(ctx, ctx.argument)
    if item.asked_at:
        raise Stale
    if rule_of(ctx, item).evidence == (Evidence.ATTESTED,):
        item = tell(item, Evidence.ATTESTED, ctx.member.name)
    return go_on(ctx, item)


@router.button("node.open")
def open_step(ctx: Context) -> list[Outgoing]:
    """The check by its name on another card: its next step."""
    return finish(ctx)


@router.button("node.attest")
def attest(ctx: Context) -> list[Outgoing]:
    """「口头确认」: done on the rep's word; that it is only a word stays with it."""
    item = own_item(ctx, ctx.argument)
    if item.asked_at:
        raise Stale
    return settle(ctx, tell(item, Evidence.ATTESTED, ctx.member.name))


def is_proof(ctx: Context, _subject: str) -> bool:
    """A picture, a file or a voice note."""
    return ctx.incoming.kind in (Kind.IMAGE, Kind.FILE, Kind.VOICE)


@router.waiting("node.evidence", fits=is_proof)
def take_evidence(ctx: Context) -> list[Outgoing]:
    """The proof after 「已完成」: a file for a file, a voice note that is long enough for a voice note."""
    item_id, _, _ = ctx.argument.partition("/")
    return put_proof(ctx, own_item(ctx, item_id))


def put_proof(ctx: Context, item: NodeItem) -> list[Outgoing]:
    """Attach what was sent to the item, and go on."""
    voice, file = ctx.incoming.voice, ctx.incoming.attachment
    if voice:
        wanted = ctx.deps.playbook.thresholds.voice_seconds
        asks_for_voice = Evidence.VOICE in rule_of(ctx, item).evidence
        if asks_for_voice and voice.seconds is not None and voice.seconds < wanted:
            card = proof_card(ctx, item, Evidence.VOICE, described(ctx, item))
            short = ctx.say("node.voice_short", seconds=round(voice.seconds), wanted=wanted)
            return show_on_item(ctx, item, replace(card, note=short))
        part = Evidence.VOICE if asks_for_voice else Evidence.FILE
        return go_on_saved(ctx, attach_evidence(item, voice.media_ref, part))
    if file is None:
        raise Stale
    return go_on_saved(ctx, attach_evidence(item, file.media_ref))


def go_on_saved(ctx: Context, item: NodeItem) -> list[Outgoing]:
    """Keep what was told so far, and go on with the next part."""
    return go_on(ctx, ctx.uow.node_items.save(item))


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


@router.button("node.reopen")
def reopen(ctx: Context) -> list[Outgoing]:
    """「重新打开」: a closed check is open again, with what was told so far."""
    item = ctx.uow.node_items.get(read_id(ctx.argument))
    rep = ctx.uow.members.get(item.member_id) if item else None
    if item is None or rep is None or not ctx.member.may_see(rep):
        raise Stale
    opened = reopen_item(
        item,
        rule_of(ctx, item),
        at=ctx.now,
        calendar=ctx.deps.calendar,
        quiet_hours=ctx.deps.playbook.manners.quiet_hours,
    )
    plan_for_node(ctx, ctx.uow.node_items.save(opened))
    due = described(ctx, opened)
    when = ctx.deps.texts.moment(opened.due_at, now=ctx.now)
    return ctx.reply("node.reopened", node=due.title, customer=due.customer, when=when)


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


@router.waiting("node.snooze_reason", fits=is_words)
def snooze_with_reason(ctx: Context) -> list[Outgoing]:
    """The third 「明天」 after its reason was told."""
    ctx.uow.dialogs.stop(ctx.member.id)
    return put_off(ctx, own_item(ctx, ctx.argument), reason=ctx.text.strip())


def put_off(ctx: Context, item: NodeItem, *, reason: str) -> list[Outgoing]:
    """Move the item's due time to the next workday, and on the first time its alert as well.

    The supervisor's steps wait for the reminder each time, but their clock goes on after the first.
    """
    until = snooze_until(ctx.now, manners=ctx.deps.playbook.manners, calendar=ctx.deps.calendar)
    shift = max(until - item.due_at, until - ctx.now)
    alert_at = item.alert_at + shift if item.snoozes == 0 else item.alert_at
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
