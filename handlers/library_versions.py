"""What became of an entry: its versions side by side, back to one of them, out of use and into it again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Card, Outgoing, Row
from bot.domain.people import Role
from bot.domain.talk_tracks import Review, TalkTrack, TrackVersion, with_content_of
from handlers.context import Context
from handlers.library_editing import is_admin
from handlers.library_words import author_name, entry_rows, find_entry, refuse_bad, state_of
from handlers.router import Router, read_id

router = Router()

SHOWN_VERSIONS = 8
_VERSION = re.compile(r"[vV]?(\d{1,6})")


@router.command("/话术 历史", help="看一条话术的各个版本", role=Role.ADMIN, usage="编号")
def show_history(ctx: Context) -> list[Outgoing]:
    """Every version with who wrote it and when, the newest first."""
    track = find_entry(ctx, ctx.argument)
    versions = ctx.uow.talk_tracks.versions(track.id)
    rows = [_version_row(ctx, each) for each in reversed(versions[-SHOWN_VERSIONS:])]
    title = ctx.say("library.history", title=track.title, number=track.id, state=state_of(ctx, track))
    note = ctx.say("library.history_hint", number=track.id) if len(versions) > 1 else None
    return [ctx.show(Card(title=title, rows=tuple(rows), note=note))]


def _version_row(ctx: Context, version: TrackVersion) -> Row:
    when = ctx.deps.texts.moment(version.at, now=ctx.now)
    label = f"v{version.track.version} · {author_name(ctx, version.member_id)} · {when}"
    return Row(label=label, value=version.track.text.replace("\n", " "))


@router.command("/话术 对比", help="比较一条话术的两个版本", role=Role.ADMIN, usage="编号 [v1 v2]")
def compare(ctx: Context) -> list[Outgoing]:
    """Old → new of two versions; without numbers, of the last two."""
    number, *wanted = ctx.argument.split() or [""]
    track = find_entry(ctx, number)
    versions = ctx.uow.talk_tracks.versions(track.id)
    if len(wanted) < 2 and len(versions) < 2:
        return ctx.reply("library.one_version", title=track.title)
    if len(wanted) >= 2:
        old, new = (_version(versions, each) for each in wanted[:2])
    elif wanted:
        old, new = _version(versions, wanted[0]), versions[-1]
    else:
        old, new = versions[-2:]
    title = ctx.say("library.compared", title=new.track.title, old=old.track.version, new=new.track.version)
    rows = entry_rows(ctx, new.track, before=old.track)
    note = None if rows else ctx.say("library.no_difference")
    return [ctx.show(Card(title=title, rows=rows, note=note))]


def _version(versions: Sequence[TrackVersion], wanted: str) -> TrackVersion:
    found = _VERSION.fullmatch(wanted)
    for each in versions:
        if found and each.track.version == int(found[1]):
            return each
    known = " ".join(f"v{each.track.version}" for each in versions)
    raise Refusal("library.no_version", version=wanted[:12], known=known)


@router.command("/话术 回滚", help="回到以前的版本", role=Role.ADMIN, usage="编号 v几")
def roll_back(ctx: Context) -> list[Outgoing]:
    """「/话术 回滚 12 v3」: what v3 said becomes the next version; the number 12 stays."""
    parts = ctx.argument.split()
    if len(parts) != 2:
        raise Refusal("people.usage", usage=ctx.say("library.usage.roll_back"))
    track = find_entry(ctx, parts[0])
    wanted = _version(ctx.uow.talk_tracks.versions(track.id), parts[1]).track
    if wanted.version == track.version:
        return ctx.reply("library.no_difference")
    latest = max(track.version, ctx.uow.talk_tracks.latest_version(track.id))
    restored = replace(
        with_content_of(track, wanted), version=latest + 1, active=True, author_id=ctx.member.id
    )
    refuse_bad(ctx, restored)
    saved = ctx.uow.talk_tracks.save(restored)
    return ctx.reply(
        "library.rolled_back", title=saved.title, number=saved.id, old=wanted.version, new=saved.version
    )


@router.command("/话术 停用", help="停用一条话术", role=Role.ADMIN, usage="编号")
def retire(ctx: Context) -> list[Outgoing]:
    """Nobody is offered it any more; its number and history stay."""
    return _retire(ctx, find_entry(ctx, ctx.argument))


@router.button("library.retire")
def retire_by_tap(ctx: Context) -> list[Outgoing]:
    """The same from the list of what nobody uses."""
    track = ctx.uow.talk_tracks.get(read_id(ctx.argument))
    if track is None or not is_admin(ctx) or not track.active:
        raise Stale
    return _retire(ctx, track)


def _retire(ctx: Context, track: TalkTrack) -> list[Outgoing]:
    if not track.active:
        return ctx.reply("library.retired_already", title=track.title)
    ctx.uow.talk_tracks.save(replace(track, active=False))
    return ctx.reply("library.retired", title=track.title, number=track.id)


@router.command("/话术 启用", help="重新启用一条话术", role=Role.ADMIN, usage="编号")
def put_back(ctx: Context) -> list[Outgoing]:
    """Offered again; an expired one has to get a new day first."""
    track = find_entry(ctx, ctx.argument)
    if track.review is not Review.APPROVED:
        raise Refusal("library.not_published", title=track.title)
    back = replace(track, active=True)
    refuse_bad(ctx, back)
    ctx.uow.talk_tracks.save(back)
    return ctx.reply("library.put_back", title=track.title, number=track.id)
