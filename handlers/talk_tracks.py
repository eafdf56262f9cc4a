"""Talk-tracks at the moment of need: one tap opens the words, one more says whether they helped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import Stale
from bot.domain.messages import Button, Card, Outgoing
from bot.domain.talk_tracks import TalkTrack
from bot.domain.track_pushes import TrackPush
from handlers.context import Context
from handlers.drafts import own_record
from handlers.router import Router, read_id
from handlers.track_offers import Offered, offer_for_node, offer_for_record, title_button, today
from handlers.track_words import fill_track

router = Router()


@router.button("tracks.visit")
def offer_on_record(ctx: Context) -> list[Outgoing]:
    """「话术」 on a record: what it calls for."""
    record = own_record(ctx, ctx.argument)
    if record is None:
        raise Stale
    return show_offered(ctx, offer_for_record(ctx, record))


@router.button("tracks.node")
def offer_on_node(ctx: Context) -> list[Outgoing]:
    """「要话术」 on a node item."""
    item = ctx.uow.node_items.get(read_id(ctx.argument))
    if item is None or item.member_id != ctx.member.id:
        raise Stale
    return show_offered(ctx, offer_for_node(ctx, item))


def show_offered(ctx: Context, offered: Sequence[Offered]) -> list[Outgoing]:
    """One track is opened at once, several are offered by title."""
    if not offered:
        return ctx.reply("tracks.none")
    if len(offered) == 1:
        return open_words(ctx, *offered[0])
    buttons = tuple(title_button(ctx, track, push) for track, push in offered)
    return [ctx.show(Card(title=ctx.say("tracks.list"), buttons=buttons, settled=True))]


@router.button("tracks.open")
def open_track(ctx: Context) -> list[Outgoing]:
    """The words, ready to copy."""
    push, track = own_push(ctx, ctx.argument)
    return open_words(ctx, track, push)


def own_push(ctx: Context, push_id: str) -> tuple[TrackPush, TalkTrack]:
    """What the member was offered, as it is now; else Stale."""
    push = ctx.uow.track_pushes.get(read_id(push_id))
    track = ctx.uow.talk_tracks.get(push.track_id) if push and push.member_id == ctx.member.id else None
    if push is None or track is None or not track.is_live(today(ctx)) or not track.fits(ctx.member):
        raise Stale
    return push, track


def open_words(ctx: Context, track: TalkTrack, push: TrackPush) -> list[Outgoing]:
    """The words alone, as one message that can be copied whole; below it, what else there is."""
    if push.opened_at is None:
        push = replace(push, opened_at=ctx.now)
        ctx.uow.track_pushes.save(push)
    words = ctx.tell(fill_track(ctx, track.text, push))
    shown = [replace(words, key=None), ctx.show(words_card(ctx, track, push), key=card_key(push))]
    if track.attachment_ref:
        to, name = ctx.incoming.sender, track.attachment_name
        shown.insert(1, Outgoing(to=to, file_ref=track.attachment_ref, file_name=name))
    return shown


def words_card(ctx: Context, track: TalkTrack, push: TrackPush) -> Card:
    """有用 · 没用 until it is answered, 详细 where there is more."""
    buttons: list[Button] = []
    if push.helpful is None:
        buttons.append(ctx.button("tracks.button.helpful", f"tracks.rate:{push.id}=yes"))
        buttons.append(ctx.button("tracks.button.unhelpful", f"tracks.rate:{push.id}=no"))
    if track.long_text:
        buttons.append(ctx.button("tracks.button.more", f"tracks.more:{push.id}"))
    note = ctx.say("tracks.copy") if push.helpful is None else ctx.say("tracks.thanks")
    title = ctx.say("tracks.title", title=track.title)
    return Card(title=title, note=note, buttons=tuple(buttons), settled=True)


def card_key(push: TrackPush) -> str:
    """The message on the screen that asks whether the words helped."""
    return f"track:{push.id}"


@router.button("tracks.rate")
def rate(ctx: Context) -> list[Outgoing]:
    """「有用」 or 「没用」, once a push."""
    push_id, _, answer = ctx.argument.partition("=")
    push, track = own_push(ctx, push_id)
    if push.helpful is not None or push.opened_at is None or answer not in ("yes", "no"):
        raise Stale
    rated = replace(push, helpful=answer == "yes")
    ctx.uow.track_pushes.save(rated)
    return [ctx.show(words_card(ctx, track, rated), key=card_key(rated))]


@router.button("tracks.more")
def show_long_text(ctx: Context) -> list[Outgoing]:
    """「详细」: the long form, with its facts."""
    push, track = own_push(ctx, ctx.argument)
    if not track.long_text:
        raise Stale
    return [Outgoing(to=ctx.incoming.sender, text=fill_track(ctx, track.long_text, push))]
