"""Finding something to say: by words, by pinyin, by scene; admins find drafts and retired entries, too."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import Stale
from bot.domain.messages import MAX_BUTTONS, Card, Option, Outgoing, Row, Select
from bot.domain.people import Role
from bot.domain.talk_tracks import Review, TalkTrack
from handlers.context import Context
from handlers.library_editing import draft_buttons, is_admin
from handlers.library_words import preview, raw_argument, state_of
from handlers.router import Router, read_id
from handlers.talk_tracks import open_words
from handlers.track_offers import offer, offers_of, title_button, today
from handlers.track_words import fill_track

router = Router()

SHOWN_SCENES = 30
"""What the platforms' drop-downs hold together."""
SHOWN_ENTRIES = 8
SEARCH_CHARACTERS = 60


@router.command("/话术 搜", help="在话术库里找，草稿和停用的也看得到", role=Role.ADMIN, usage="词")
def search_library(ctx: Context) -> list[Outgoing]:
    """「/话术 搜 交期」: entries with number, version and state; opening one shows what can be done."""
    words = raw_argument(ctx)[:SEARCH_CHARACTERS]
    found = ctx.uow.talk_tracks.search(
        words,
        cut=ctx.deps.cut_terms,
        member=ctx.member,
        today=today(ctx),
        limit=SHOWN_ENTRIES,
        all_states=True,
    )
    found = [track for track in found if track.owner_id in (None, ctx.member.id)]
    if not found:
        return ctx.reply("tracks.not_found_plain", words=words)
    rows = tuple(entry_row(ctx, track) for track in found)
    options = tuple(Option(label=f"#{track.id} {track.title}", value=str(track.id)) for track in found)
    select = Select(label=ctx.say("library.pick"), action="library.show:", options=options)
    return [ctx.show(Card(title=ctx.say("tracks.found", words=words), rows=rows, selects=(select,)))]


def entry_row(ctx: Context, track: TalkTrack) -> Row:
    """「#12 嫌贵：报价谈判 · v3 · 已发布」."""
    value = f"{track.scene} · v{track.version} · {state_of(ctx, track)}"
    return Row(label=f"#{track.id} {track.title}", value=value)


@router.button("library.show")
def show_entry(ctx: Context) -> list[Outgoing]:
    """One entry as reps see it, with what an admin can do."""
    track = ctx.uow.talk_tracks.get(read_id(ctx.argument.lstrip("=")))
    if track is None or not is_admin(ctx) or track.owner_id not in (None, ctx.member.id):
        raise Stale
    title = ctx.say(
        "library.entry",
        title=track.title,
        number=track.id,
        version=track.version,
        state=state_of(ctx, track),
    )
    if track.review is Review.DRAFT and track.active and track.author_id == ctx.member.id:
        return preview(ctx, track, title=title, buttons=draft_buttons(ctx, track))
    buttons = []
    if track.active and track.review is Review.APPROVED:
        buttons.append(ctx.button("library.button.retire", f"library.retire:{track.id}"))
    shown = preview(ctx, track, title=title, buttons=buttons)
    return [*shown, *ctx.reply("library.what_next", number=track.id)]


@router.command("话术", "/话术", help="找一句现成的话，说词、打拼音都行", usage="[词]")
def find_words(ctx: Context) -> list[Outgoing]:
    """「话术 交期」 for everybody; alone, the scenes."""
    words = raw_argument(ctx, words=1)[:SEARCH_CHARACTERS]
    if not words:
        return show_scenes(ctx, ctx.say("tracks.scenes"))
    found = ctx.uow.talk_tracks.search(
        words, cut=ctx.deps.cut_terms, member=ctx.member, today=today(ctx), limit=MAX_BUTTONS
    )
    if not found:
        return show_scenes(ctx, ctx.say("tracks.not_found", words=words))
    return show_found(ctx, found, title=ctx.say("tracks.found", words=words))


def show_scenes(ctx: Context, title: str) -> list[Outgoing]:
    """The scenes that have something for this member, to choose from."""
    scenes = ctx.uow.talk_tracks.scenes(member=ctx.member, today=today(ctx))[:SHOWN_SCENES]
    if not scenes:
        return ctx.reply("tracks.no_scenes")
    options = tuple(
        Option(label=ctx.say("tracks.scene", scene=scene, count=count), value=scene)
        for scene, count in scenes
    )
    select = Select(label=ctx.say("tracks.pick_scene"), action="tracks.scene:", options=options)
    return [ctx.show(Card(title=title, selects=(select,), settled=True))]


@router.button("tracks.scene")
def open_scene(ctx: Context) -> list[Outgoing]:
    """A scene's titles, each opened by one tap."""
    scene = ctx.argument.lstrip("=")
    found = ctx.uow.talk_tracks.of_scene(scene, member=ctx.member, today=today(ctx), limit=MAX_BUTTONS)
    if not found:
        raise Stale
    return show_found(ctx, found, title=ctx.say("tracks.in_scene", scene=scene))


def show_found(ctx: Context, found: Sequence[TalkTrack], *, title: str) -> list[Outgoing]:
    """One is opened at once, several are offered by title."""
    occasion = f"search:{ctx.incoming.id}"
    offered = offer(ctx, offers_of(found), occasion=occasion, limit=MAX_BUTTONS)
    if len(offered) == 1:
        return open_words(ctx, *offered[0])
    buttons = tuple(title_button(ctx, track, push) for track, push in offered)
    rows = [
        Row(label=track.title, value=fill_track(ctx, track.text, push).partition("\n")[0])
        for track, push in offered
    ]
    return [ctx.show(Card(title=title, rows=tuple(rows), buttons=buttons, settled=True))]
