"""A rep's own day: what is due, and each item's answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from bot.domain.calendar import SHANGHAI
from bot.domain.errors import Stale
from bot.domain.messages import Card, Outgoing
from bot.domain.next_actions import NextAction, NextActionStatus
from bot.domain.nudges import snooze_until
from handlers.context import Context
from handlers.items import find_item, open_items
from handlers.process import plan_for_action
from handlers.router import Router, read_id
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
    due = find_item(ctx.uow, ctx.deps.playbook, ctx.argument.lstrip("="))
    if due is None or due.item.member_id != ctx.member.id:
        raise Stale
    return [ctx.show(item_card(due, texts=ctx.deps.texts, now=ctx.now), key=f"item:{due.subject}")]


def own_action(ctx: Context) -> NextAction:
    """The member's own open action that the button is about; else Stale."""
    action = ctx.uow.next_actions.get(read_id(ctx.argument))
    if action is None or action.member_id != ctx.member.id or action.status is not NextActionStatus.OPEN:
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


def close_action(ctx: Context, action: NextAction, status: NextActionStatus, *, key: str) -> list[Outgoing]:
    """Close the action and its reminders; the pressed card says so."""
    closed = ctx.uow.next_actions.save(replace(action, status=status, closed_at=ctx.now))
    plan_for_action(ctx, closed)
    card = Card(title=ctx.say(key, text=action.text))
    return [ctx.show(card, key=ctx.incoming.card_key or f"item:action:{action.id}")]


@router.button("action.tomorrow")
def snooze_action(ctx: Context) -> list[Outgoing]:
    """「明天」: one workday later at this hour."""
    action = own_action(ctx)
    until = snooze_until(ctx.now, manners=ctx.deps.playbook.manners, calendar=ctx.deps.calendar)
    later = ctx.uow.next_actions.save(replace(action, due_at=until, snoozes=action.snoozes + 1))
    plan_for_action(ctx, later)
    card = Card(title=ctx.say("node.snoozed", when=ctx.deps.texts.moment(until, now=ctx.now)))
    return [ctx.show(card, key=ctx.incoming.card_key or f"item:action:{action.id}")]
