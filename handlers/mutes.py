"""Noise under the rep's own control: nothing today, one list a day, or not this kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Card, Option, Outgoing, Row, Select
from bot.domain.mutes import ALL, PROMISES, SINGLE, Mute, end_of_day
from bot.domain.nodes import NodeItem
from bot.domain.nudges import Subject
from handlers.context import Context
from handlers.items import describe_all
from handlers.router import Router
from prompts.nudges import DueItem

router = Router()

ANNOUNCED = 3


@router.command("今天免打扰", "免打扰", help="今天不再提醒，明早再说")
def mute_today(ctx: Context) -> list[Outgoing]:
    """「今天免打扰」."""
    return announce(ctx, ALL)


@router.command("只要日报", help="不要一条条提醒，每个工作日早上一张清单")
def mute_single(ctx: Context) -> list[Outgoing]:
    """「只要日报」."""
    return announce(ctx, SINGLE)


@router.command("不提醒", help="某一类到期不再单独提醒", usage="竞品应对备案")
def mute_kind(ctx: Context) -> list[Outgoing]:
    """「不提醒 竞品应对备案」, or a list to choose from."""
    kinds = kinds_of(ctx)
    if ctx.argument:
        fitting = [kind for kind, name in kinds.items() if ctx.argument.strip() in name]
        if len(fitting) != 1:
            raise Refusal("mute.no_such_kind", names=ctx.say("visit.and").join(kinds.values()))
        return announce(ctx, fitting[0])
    options = tuple(Option(label=name, value=kind) for kind, name in kinds.items())
    select = Select(label=ctx.say("mute.pick"), action="mute.ask:", options=options)
    return [ctx.show(Card(title=ctx.say("mute.which"), selects=(select,)))]


@router.button("mute.ask")
def mute_chosen(ctx: Context) -> list[Outgoing]:
    """One kind out of the list."""
    return announce(ctx, known_kind(ctx))


def kinds_of(ctx: Context) -> dict[str, str]:
    """What can be muted by itself, and what people call it."""
    nodes = {f"{Subject.NODE}:{node.key}": node.name for node in ctx.deps.playbook.nodes if node.enabled}
    return nodes | {PROMISES: ctx.say("mute.promises")}


def known_kind(ctx: Context) -> str:
    """The kind behind a button; Stale for one that is no more."""
    kind = ctx.argument.lstrip("=")
    if kind not in kinds_of(ctx) and kind not in (ALL, SINGLE):
        raise Stale
    return kind


def announce(ctx: Context, kind: str) -> list[Outgoing]:
    """Mute at once; but where the supervisor will hear of something all the same, say so first and ask."""
    reached = supervised_items(ctx, kind)
    if not reached:
        return mute(ctx, kind)
    rows = tuple(
        Row(label=due.customer, value=ctx.say("mute.reaches", title=due.title, when=_alert_text(ctx, due)))
        for due in reached[:ANNOUNCED]
    )
    card = Card(
        title=ctx.say("mute.announce", count=len(reached)),
        rows=rows,
        buttons=(
            ctx.button("mute.button.on", f"mute.on:{kind}", primary=True),
            ctx.button("mute.button.first", "day.show"),
        ),
    )
    return [ctx.show(card)]


def supervised_items(ctx: Context, kind: str) -> Sequence[DueItem]:
    """The open items of that kind which the supervisor hears of while it is muted, the earliest first."""
    if ctx.member.supervisor_id is None or kind == PROMISES:
        return ()
    until = end_of_day(ctx.now) if kind == ALL else None
    items = [
        item
        for item in ctx.uow.node_items.open_of(ctx.member.id)
        if kind in (ALL, SINGLE, f"{Subject.NODE}:{item.node_key}")
        and (until is None or item.alert_at <= until)
    ]
    ordered = sorted(items, key=lambda item: (item.alert_at, item.id))
    return describe_all(ctx.uow, ctx.deps.playbook, ordered)


def _alert_text(ctx: Context, due: DueItem) -> str:
    assert isinstance(due.item, NodeItem)
    return ctx.deps.texts.moment(due.item.alert_at, now=ctx.now)


@router.button("mute.on")
def mute_all_the_same(ctx: Context) -> list[Outgoing]:
    """「照样静音」, after it was said what the supervisor hears."""
    return mute(ctx, known_kind(ctx))


def mute(ctx: Context, kind: str) -> list[Outgoing]:
    """Keep the wish; a second one of the same kind changes nothing."""
    held = {each.kind for each in ctx.uow.mutes.holding([ctx.member.id], now=ctx.now)}
    if kind not in held:
        until: datetime | None = end_of_day(ctx.now) if kind == ALL else None
        wish = Mute(id=0, member_id=ctx.member.id, kind=kind, since=ctx.now, until=until)
        ctx.uow.mutes.save(wish)
    key = {ALL: "mute.today", SINGLE: "mute.single"}.get(kind, "mute.kind")
    title = ctx.deps.texts.say(key, name=kinds_of(ctx).get(kind, ""))
    card = Card(
        title=title,
        buttons=(ctx.button("mute.button.off", "mute.off"), ctx.button("visit.button.today", "day.show")),
        settled=True,
    )
    return [ctx.show(card, key=ctx.incoming.card_key)]


@router.command("恢复提醒", "取消免打扰", help="重新开始提醒")
def unmute_by_words(ctx: Context) -> list[Outgoing]:
    """「恢复提醒」."""
    return unmute(ctx)


@router.button("mute.off")
def unmute_by_button(ctx: Context) -> list[Outgoing]:
    """「恢复提醒」 as a button."""
    return unmute(ctx)


def unmute(ctx: Context) -> list[Outgoing]:
    """End every wish to be left alone."""
    for wish in ctx.uow.mutes.holding([ctx.member.id], now=ctx.now):
        ctx.uow.mutes.save(replace(wish, until=ctx.now))
    card = Card(
        title=ctx.say("mute.off"), buttons=(ctx.button("visit.button.today", "day.show"),), settled=True
    )
    return [ctx.show(card, key=ctx.incoming.card_key)]
