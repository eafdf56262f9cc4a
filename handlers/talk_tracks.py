"""Talk-tracks at the moment of need: up to three titles, one tap opens the words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import Stale
from bot.domain.messages import Button, Card, Outgoing
from bot.domain.talk_tracks import TalkTrack
from handlers.context import Context
from handlers.drafts import own_record
from handlers.router import Router, read_id

router = Router()

OFFERED_TRACKS = 3


@router.button("tracks.visit")
def offer_for_visit(ctx: Context) -> list[Outgoing]:
    """「话术」 on a record: those that its signals call for."""
    record = own_record(ctx, ctx.argument)
    if record is None:
        raise Stale
    tracks = ctx.uow.talk_tracks.for_signals(record.facts.signals(), limit=OFFERED_TRACKS)
    return offer(ctx, tracks)


@router.button("tracks.node")
def offer_for_node(ctx: Context) -> list[Outgoing]:
    """「要话术」 on a node item."""
    item = ctx.uow.node_items.get(read_id(ctx.argument))
    if item is None or item.member_id != ctx.member.id:
        raise Stale
    return offer(ctx, ctx.uow.talk_tracks.for_node(item.node_key, limit=OFFERED_TRACKS))


def offer(ctx: Context, tracks: Sequence[TalkTrack]) -> list[Outgoing]:
    """One track is opened at once, several are offered by title."""
    if not tracks:
        return ctx.reply("tracks.none")
    if len(tracks) == 1:
        return [ctx.show(track_card(ctx, tracks[0]))]
    buttons = tuple(Button(label=track.title, action=f"tracks.open:{track.id}") for track in tracks)
    return [ctx.show(Card(title=ctx.say("tracks.list"), buttons=buttons))]


@router.button("tracks.open")
def open_track(ctx: Context) -> list[Outgoing]:
    """The words, ready to copy."""
    track = ctx.uow.talk_tracks.get(read_id(ctx.argument))
    if track is None or not track.active:
        raise Stale
    return [ctx.show(track_card(ctx, track))]


def track_card(ctx: Context, track: TalkTrack) -> Card:
    """Title and words."""
    return Card(title=ctx.say("tracks.title", title=track.title), note=track.text)
