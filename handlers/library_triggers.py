"""Triggers by chat: 「/触发 太贵 → 嫌贵」, what overlaps with it, and what would never be seen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Card, Option, Outgoing, Row, Select
from bot.domain.people import Role
from bot.domain.talk_tracks import TalkTrack
from bot.domain.track_fields import split_names
from bot.domain.triggers import (
    OFFERED,
    TalkTrackPack,
    Trigger,
    TriggerKind,
    called,
    overlapping,
    tracks_of,
)
from bot.domain.understanding import Signal
from handlers.context import Context
from handlers.library_editing import is_admin
from handlers.library_words import raw_argument
from handlers.metric_triggers import IS_METRIC, metric_text, read_metric
from handlers.router import Router, read_id
from handlers.track_offers import today

router = Router()

SHOWN_TRIGGERS = 10
LONGEST_WORDS = 20
_ARROW = re.compile(r"\s*(?:→|⇒|—+>|-+>|=+>|＝＞)\s*")
_TEAM = re.compile(r"\s*[@＠](\S+)\s*$")


@router.command("/触发 删", help="删掉一个触发", role=Role.ADMIN, usage="编号")
def drop_trigger(ctx: Context) -> list[Outgoing]:
    """「/触发 删 3」."""
    return _drop(ctx, ctx.argument.lstrip("#"))


@router.button("library.trigger_drop")
def drop_by_tap(ctx: Context) -> list[Outgoing]:
    """The same from the list."""
    if not is_admin(ctx):
        raise Stale
    return _drop(ctx, ctx.argument.lstrip("="))


def _drop(ctx: Context, number: str) -> list[Outgoing]:
    trigger = ctx.uow.triggers.get(read_id(number))
    if trigger is None or not trigger.active:
        raise Refusal("library.trigger.no_such", number=number[:12])
    ctx.uow.triggers.save(replace(trigger, active=False))
    return ctx.reply("library.trigger.dropped", said=trigger.said)


@router.command(
    "/触发", help="什么情况下推哪几条话术；单独发看全部", role=Role.ADMIN, usage="太贵 → 嫌贵、要折扣"
)
def bind_trigger(ctx: Context) -> list[Outgoing]:
    """「/触发 太贵 → 嫌贵」, also of a competitor, a node, a stage, and to a pack; alone, the list."""
    words = raw_argument(ctx, words=1)
    if not words:
        return list_triggers(ctx)
    parts = _ARROW.split(words)
    if len(parts) != 2 or not all(part.strip() for part in parts):
        raise Refusal("people.usage", usage=ctx.say("library.usage.trigger"))
    said, targets = parts[0].strip(), parts[1].strip()
    team, targets = read_team(ctx, targets)
    kind, value = read_call(ctx, said)
    track_ids, pack = read_targets(ctx, targets)
    trigger = ctx.uow.triggers.save(
        Trigger(
            id=0,
            kind=kind,
            value=value,
            said=said,
            track_ids=track_ids,
            pack_id=pack.id if pack else None,
            team=team,
        )
    )
    return [ctx.show(trigger_card(ctx, trigger))]


def read_team(ctx: Context, targets: str) -> tuple[str, str]:
    """「嫌贵 @华东」: for one team only."""
    found = _TEAM.search(targets)
    if found is None:
        return "", targets
    if all(each.team != found[1] for each in ctx.uow.members.all()):
        raise Refusal("library.trigger.no_team", team=found[1][:20])
    return found[1], targets[: found.start()]


def read_call(ctx: Context, said: str) -> tuple[TriggerKind, str]:
    """What the words call: a signal, node or stage by its name, a competitor, a signal by what customers say,
    else just these words.
    """
    texts = ctx.deps.texts
    if IS_METRIC.search(said):
        return TriggerKind.METRIC, str(read_metric(texts, said))
    named = {texts.label("signal", each): (TriggerKind.SIGNAL, str(each)) for each in Signal}
    named |= {stage.name: (TriggerKind.STAGE, stage.key) for stage in ctx.deps.playbook.stages}
    for node in ctx.deps.playbook.nodes:
        named[node.name] = (TriggerKind.NODE_OPENED, node.key)
        for late in texts.label("library", "overdue").split():
            named[f"{node.name}{late}"] = (TriggerKind.NODE_OVERDUE, node.key)
    lexicon = ctx.uow.lexicon(ctx.member)
    for entry in lexicon.competitors:
        named |= dict.fromkeys(entry.names, (TriggerKind.COMPETITOR, entry.name))
    plain = "".join(said.split())
    if plain in named:
        return named[plain]
    sentence = ctx.say("library.trigger.as_said", said=said)
    meant = ctx.deps.understand(sentence, now=ctx.now, lexicon=lexicon).visit.signals()
    if meant:
        return TriggerKind.SIGNAL, sorted(meant)[0]
    if not 2 <= len(said) <= LONGEST_WORDS:
        raise Refusal("library.trigger.words", limit=LONGEST_WORDS)
    return TriggerKind.WORDS, said


def read_targets(ctx: Context, targets: str) -> tuple[tuple[int, ...], TalkTrackPack | None]:
    """Titles, aliases or numbers of entries that reps may see, or the name of one pack."""
    pack = ctx.uow.packs.named(targets.strip()) or ctx.uow.packs.named(_without_suffix(ctx, targets))
    if pack:
        return (), pack
    return tuple(find_target(ctx, name).id for name in split_names(targets)), None


def _without_suffix(ctx: Context, name: str) -> str:
    return name.strip().removesuffix(ctx.deps.texts.label("library", "pack"))


def find_target(ctx: Context, name: str) -> TalkTrack:
    """One entry that is in use; raises Refusal where none or several fit."""
    by_number = ctx.uow.talk_tracks.get(read_id(name.lstrip("#＃")))
    found = [by_number] if by_number else list(ctx.uow.talk_tracks.called(name))
    live = [each for each in found if each.is_live(today(ctx)) and each.owner_id is None]
    if not live:
        raise Refusal("library.no_entry", number=name[:20])
    if len(live) > 1:
        numbers = " ".join(f"#{each.id}" for each in live[:6])
        raise Refusal("library.several", title=name[:20], numbers=numbers)
    return live[0]


def trigger_card(ctx: Context, trigger: Trigger) -> Card:
    """What it was understood as, what else comes at the same time, and what no one would see."""
    triggers, packs = ctx.uow.triggers.active(), _packs(ctx)
    rows = [
        Row(label=ctx.say("library.trigger.when"), value=call_text(ctx, trigger)),
        Row(label=ctx.say("library.trigger.then"), value=_titles(ctx, tracks_of(trigger, packs))),
    ]
    if trigger.team:
        rows.append(Row(label=ctx.say("library.trigger.team"), value=trigger.team))
    others = overlapping(trigger, triggers)
    together = ctx.say("visit.and").join(f"#{each.id} {each.said}" for each in others)
    if others:
        rows.append(Row(label=ctx.say("library.trigger.overlap"), value=together))
    hidden = _never_seen(trigger, triggers, packs)
    if hidden:
        rows.append(Row(label=ctx.say("library.trigger.hidden"), value=_titles(ctx, hidden)))
    note = ctx.say("library.trigger.conflict", limit=OFFERED) if hidden else None
    drop = ctx.button("library.trigger.drop", f"library.trigger_drop:{trigger.id}")
    title = ctx.say("library.trigger.bound", number=trigger.id, said=trigger.said)
    return Card(title=title, rows=tuple(rows), buttons=(drop,), note=note, settled=True)


def _never_seen(
    trigger: Trigger, triggers: Sequence[Trigger], packs: Mapping[int, TalkTrackPack]
) -> tuple[int, ...]:
    sources, text = [trigger.source], trigger.value
    offers = called(triggers, packs, sources=sources, text=text, team=trigger.team)
    return tuple(each.track_id for each in offers[OFFERED:])


def _packs(ctx: Context) -> dict[int, TalkTrackPack]:
    return {pack.id: pack for pack in ctx.uow.packs.active()}


def _titles(ctx: Context, track_ids: Sequence[int]) -> str:
    tracks = ctx.uow.talk_tracks.of_ids(track_ids) if track_ids else ()
    return ctx.say("visit.and").join(track.title for track in tracks)


def call_text(ctx: Context, trigger: Trigger) -> str:
    """「说到价格」, 「提到竞品西门子」, 「决策链穿透到期」."""
    match trigger.kind:
        case TriggerKind.SIGNAL:
            value = ctx.deps.texts.label("signal", trigger.value)
        case TriggerKind.NODE_OPENED | TriggerKind.NODE_OVERDUE:
            node = ctx.deps.playbook.node(trigger.value)
            value = node.name if node else trigger.value
        case TriggerKind.STAGE:
            names = {stage.key: stage.name for stage in ctx.deps.playbook.stages}
            value = names.get(trigger.value, trigger.value)
        case TriggerKind.METRIC:
            value = metric_text(ctx.deps.texts, trigger.value)
        case _:
            value = trigger.value
    return ctx.say(f"library.call.{trigger.kind}", value=value)


def list_triggers(ctx: Context) -> list[Outgoing]:
    """All in use, the newest first; choosing one drops it."""
    triggers, packs = ctx.uow.triggers.active(), _packs(ctx)
    if not triggers:
        return ctx.reply("library.trigger.none")
    shown = list(reversed(triggers))[:SHOWN_TRIGGERS]
    rows = tuple(
        Row(label=f"#{each.id} {call_text(ctx, each)}", value=_titles(ctx, tracks_of(each, packs)))
        for each in shown
    )
    options = tuple(Option(label=f"#{each.id} {each.said}", value=str(each.id)) for each in shown)
    select = Select(label=ctx.say("library.trigger.pick"), action="library.trigger_drop:", options=options)
    title = ctx.say("library.trigger.list", count=len(triggers))
    return [ctx.show(Card(title=title, rows=rows, selects=(select,)))]
