"""Packs by chat: talk-tracks in an order, offered together; and the ones that come with the program."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import Refusal, Stale
from bot.domain.messages import MAX_BUTTONS, Button, Card, Outgoing, Row
from bot.domain.people import Role
from bot.domain.talk_tracks import NAME_CHARACTERS
from bot.domain.track_fields import split_names
from bot.domain.triggers import TalkTrackPack
from handlers.context import Context
from handlers.library_search import show_found
from handlers.library_seeds import install_packs
from handlers.library_triggers import find_target
from handlers.library_words import raw_argument
from handlers.router import Router, read_id
from handlers.track_offers import today
from prompts.packs import STANDARD, load_pack, pack_names

router = Router()

MOST_IN_PACK = 20


@router.command(
    "/话术包 新增",
    help="把几条话术排成一包；同名的换成新的",
    role=Role.ADMIN,
    usage="名称 / 嫌贵、要折扣 / 什么时候用",
)
def save_pack(ctx: Context) -> list[Outgoing]:
    """「/话术包 新增 价格谈判 / 嫌贵、要折扣 / 报价之后」."""
    parts = [part.strip() for part in raw_argument(ctx).replace("／", "/").split("/", 2)]
    if len(parts) < 2 or not parts[0] or not parts[1]:
        raise Refusal("people.usage", usage=ctx.say("library.usage.pack"))
    name = " ".join(parts[0].split())
    if len(name) > NAME_CHARACTERS:
        raise Refusal("library.name_too_long", name=f"{name[:10]}…", limit=NAME_CHARACTERS)
    names = split_names(parts[1])
    if len(names) > MOST_IN_PACK:
        raise Refusal("library.too_many_names", limit=MOST_IN_PACK)
    track_ids = tuple(dict.fromkeys(find_target(ctx, each).id for each in names))
    old = ctx.uow.packs.named(name)
    about = parts[2] if len(parts) == 3 else (old.about if old else "")
    base = old or TalkTrackPack(id=0, name=name, track_ids=())
    pack = ctx.uow.packs.save(replace(base, track_ids=track_ids, about=about))
    return [ctx.show(pack_card(ctx, pack, title=ctx.say("library.pack.saved", name=name)))]


@router.command("/话术包 停用", help="停用一个话术包", role=Role.ADMIN, usage="名称")
def retire_pack(ctx: Context) -> list[Outgoing]:
    """Triggers that name it bring nothing any more; its talk-tracks stay."""
    pack = ctx.uow.packs.named(raw_argument(ctx))
    if pack is None:
        raise Refusal("library.pack.no_such", name=raw_argument(ctx)[:20])
    ctx.uow.packs.save(replace(pack, active=False))
    return ctx.reply("library.pack.retired", name=pack.name)


@router.command("话术包", "/话术包", help="看成套的话术", usage="[名称]")
def show_packs(ctx: Context) -> list[Outgoing]:
    """The packs, or the talk-tracks of one."""
    name = raw_argument(ctx, words=1)
    if name:
        pack = ctx.uow.packs.named(name)
        if pack is None:
            raise Refusal("library.pack.no_such", name=name[:20])
        return open_pack(ctx, pack)
    packs = ctx.uow.packs.active()
    if not packs:
        return ctx.reply("library.pack.none")
    rows = tuple(Row(label=each.name, value=each.about or "·") for each in packs[:MAX_BUTTONS])
    buttons = tuple(Button(label=each.name, action=f"tracks.pack:{each.id}") for each in packs[:MAX_BUTTONS])
    return [ctx.show(Card(title=ctx.say("library.pack.list"), rows=rows, buttons=buttons, settled=True))]


@router.button("tracks.pack")
def open_pack_by_tap(ctx: Context) -> list[Outgoing]:
    """One pack's talk-tracks."""
    pack = ctx.uow.packs.get(read_id(ctx.argument))
    if pack is None or not pack.active:
        raise Stale
    return open_pack(ctx, pack)


def open_pack(ctx: Context, pack: TalkTrackPack) -> list[Outgoing]:
    """Its talk-tracks in order, as far as they are for this member."""
    tracks = ctx.uow.talk_tracks.of_ids(pack.track_ids) if pack.track_ids else ()
    live = [each for each in tracks if each.is_live(today(ctx)) and each.fits(ctx.member)]
    if not live:
        return ctx.reply("tracks.none")
    return show_found(ctx, live[:MAX_BUTTONS], title=pack.name)


def pack_card(ctx: Context, pack: TalkTrackPack, *, title: str) -> Card:
    """What is in a pack, in its order."""
    tracks = ctx.uow.talk_tracks.of_ids(pack.track_ids)
    rows = tuple(
        Row(label=f"{number} {each.title}", value=each.scene) for number, each in enumerate(tracks, 1)
    )
    return Card(title=title, rows=rows, note=pack.about or None)


@router.command("/话术 内置", help="装上自带的话术和话术包，已有的不动", role=Role.ADMIN, usage="[行业包]")
def install(ctx: Context) -> list[Outgoing]:
    """The standard ones, or an industry's by its name; what is there already stays as it is."""
    wanted = raw_argument(ctx)
    known = pack_names()
    if wanted and wanted not in known:
        raise Refusal("library.seeds.no_such", name=wanted[:20], known=" ".join(known))
    seeds = [load_pack(known[wanted])] if wanted else [load_pack(key) for key in STANDARD]
    counts = install_packs(ctx.uow, seeds, author_id=ctx.member.id, now=ctx.now)
    told = ctx.say(
        "library.seeds.installed", tracks=counts.tracks, packs=counts.packs, triggers=counts.triggers
    )
    asked = ctx.say("library.seeds.questions", questions=counts.questions) if counts.questions else ""
    return [ctx.tell(f"{told}{asked}")]
