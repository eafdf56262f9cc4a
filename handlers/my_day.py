"""A rep's own day: what is due, and each item's answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from bot.domain.calendar import SHANGHAI
from bot.domain.dialogs import Dialog
from bot.domain.errors import Stale
from bot.domain.messages import Card, Kind, Outgoing
from bot.domain.next_actions import NextAction, NextActionStatus
from bot.domain.nudges import Subject, snooze_until
from handlers.context import Context
from handlers.deal_reminders import open_newest
from handlers.drafts import ANSWER_WINDOW
from handlers.items import find_item, open_items
from handlers.process import plan_for_action
from handlers.router import Router, read_id
from handlers.scope import acts_for
from prompts.nudges import item_card, list_card

router = Router()

SHOWN_ITEMS = 7


@router.command("今日", "今天", "待办", help="今天到期和已到期的事")
def show_day_by_words(ctx: Context) -> list[Outgoing]:
    """「今日」."""
    return show_day(ctx)


@router.button("day.show")
def show_day_by_button(ctx: Context) -> list[Outgoing]:
    """「今日」 as a button."""
    return show_day(ctx)


def show_day(ctx: Context) -> list[Outgoing]:
    """At most seven items due by the end of today, overdue first; else the next ones to come."""
    items = open_items(ctx.uow, ctx.deps.playbook, ctx.member)
    if not items:
        return ctx.reply("day.empty")
    tonight = datetime.combine(ctx.now.astimezone(SHANGHAI).date(), time.max, tzinfo=SHANGHAI)
    today = [due for due in items if due.due_at and due.due_at <= tonight]
    # A day without due items still shows what comes next: the rep asked, so tell.
    shown = (today or items)[:SHOWN_ITEMS]
    card = list_card(
        shown,
        title=ctx.say("day.title", name=ctx.member.name),
        texts=ctx.deps.texts,
        now=ctx.now,
        action="day.open:",
        more=len(items) - len(shown),
    )
    return [ctx.show(card)]


@router.button("day.open")
def open_item(ctx: Context) -> list[Outgoing]:
    """One item of the list, with its answers."""
    subject = ctx.argument.lstrip("=")
    if subject.startswith(f"{Subject.DEAL}:"):
        return open_newest(ctx, subject)
    due = find_item(ctx.uow, ctx.deps.playbook, subject)
    if due is None or not acts_for(ctx, due.item.member_id):
        raise Stale
    return [ctx.show(item_card(due, texts=ctx.deps.texts, now=ctx.now), key=f"item:{due.subject}")]


def own_action(ctx: Context) -> NextAction:
    """The open action of the member, or of whom the member stands in for; else Stale."""
    action = ctx.uow.next_actions.get(read_id(ctx.argument))
    if action is None or action.status is not NextActionStatus.OPEN or not acts_for(ctx, action.member_id):
        raise Stale
    return action


@router.button("action.done")
def finish_action(ctx: Context) -> list[Outgoing]:
    """「已完成」."""
    return close_action(ctx, own_action(ctx), NextActionStatus.DONE, key="action.done")


@router.button("action.drop")
def drop_action(ctx: Context) -> list[Outgoing]:
    """「不做了」."""
    return close_action(ctx, own_action(ctx), NextActionStatus.DROPPED, key="action.dropped")


def is_reason(ctx: Context, _subject: str) -> bool:
    """Words, typed or spoken."""
    return ctx.incoming.kind in (Kind.TEXT, Kind.VOICE) and bool(ctx.text.strip())


def close_action(ctx: Context, action: NextAction, status: NextActionStatus, *, key: str) -> list[Outgoing]:
    """Close the action and its reminders; the pressed card says so."""
    closed = ctx.uow.next_actions.save(replace(action, status=status, closed_at=ctx.now))
    plan_for_action(ctx, closed)
    card = Card(title=ctx.say(key, text=action.text))
    return [ctx.show(card, key=ctx.incoming.card_key or f"item:action:{action.id}")]


@router.button("action.tomorrow")
def snooze_action(ctx: Context) -> list[Outgoing]:
    """「明天」: at most twice without a reason, as with checks."""
    action = own_action(ctx)
    if action.snoozes < ctx.deps.playbook.manners.snoozes:
        return put_off(ctx, action, reason="")
    ctx.uow.dialogs.wait(
        Dialog(
            member_id=ctx.member.id,
            state="action.snooze_reason",
            subject=str(action.id),
            expires_at=ctx.now + ANSWER_WINDOW,
        )
    )
    return ctx.reply("node.snooze_limit", count=action.snoozes)


@router.waiting("action.snooze_reason", fits=is_reason)
def snooze_with_reason(ctx: Context) -> list[Outgoing]:
    """The third 「明天」 after its reason was told."""
    ctx.uow.dialogs.stop(ctx.member.id)
    return put_off(ctx, own_action(ctx), reason=ctx.text.strip())


def put_off(ctx: Context, action: NextAction, *, reason: str) -> list[Outgoing]:
    """One workday later at this hour."""
    until = snooze_until(ctx.now, manners=ctx.deps.playbook.manners, calendar=ctx.deps.calendar)
    later = replace(action, due_at=until, snoozes=action.snoozes + 1, reason=reason or action.reason)
    plan_for_action(ctx, ctx.uow.next_actions.save(later))
    card = Card(title=ctx.say("node.snoozed", when=ctx.deps.texts.moment(until, now=ctx.now)))
    return [ctx.show(card, key=ctx.incoming.card_key or f"item:action:{action.id}")]
