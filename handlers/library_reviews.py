"""A second pair of eyes: what is to be reviewed stays hidden until another admin lets it through."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Button, Card, Outgoing, Row
from bot.domain.people import Member, Role
from bot.domain.talk_tracks import Review, TalkTrack
from handlers.context import Context
from handlers.library_editing import is_admin, own_draft, put_live
from handlers.library_words import author_name, preview, refuse_bad
from handlers.router import Router, read_id

router = Router()

SHOWN = 6


@router.button("library.review")
def ask_for_review(ctx: Context) -> list[Outgoing]:
    """「送审」: the other admins are asked; without another one it cannot be."""
    draft = own_draft(ctx, ctx.argument)
    refuse_bad(ctx, draft)
    others = [
        each for each in ctx.uow.members.of_role(Role.ADMIN) if each.active and each.id != ctx.member.id
    ]
    if not others:
        raise Refusal("library.no_reviewer")
    pending = ctx.uow.talk_tracks.save(replace(draft, review=Review.PENDING))
    ctx.uow.dialogs.stop(ctx.member.id)
    names = ctx.say("visit.and").join(each.name for each in others)
    asked = [message for each in others for message in write_to(ctx, each, pending)]
    return [*ctx.reply("library.sent_for_review", names=names), *asked]


def write_to(ctx: Context, reviewer: Member, track: TalkTrack) -> list[Outgoing]:
    """One card to a reviewer, outside quiet hours: it opens the whole entry."""
    title = ctx.say("library.review_wanted", name=ctx.member.name, title=track.title)
    button = ctx.button("library.button.look", f"library.look:{track.id}", primary=True)
    card = Card(title=title, rows=(Row(label=track.scene, value=track.text),), buttons=(button,))
    return ctx.write(reviewer, card, key=f"library-review:{track.id}:{reviewer.id}")


@router.command("/话术 审核", help="看等着审核的话术", role=Role.ADMIN)
def list_pending(ctx: Context) -> list[Outgoing]:
    """What waits for a second person."""
    pending = ctx.uow.talk_tracks.pending()
    if not pending:
        return ctx.reply("library.nothing_pending")
    buttons = [Button(label=each.title, action=f"library.look:{each.id}") for each in pending[:SHOWN]]
    title = ctx.say("library.pending", count=len(pending))
    return [ctx.show(Card(title=title, buttons=tuple(buttons)))]


@router.button("library.look")
def look(ctx: Context) -> list[Outgoing]:
    """The whole entry as reps will see it: 通过 · 退回."""
    track = pending_entry(ctx, ctx.argument)
    before = ctx.uow.talk_tracks.get(track.revises) if track.revises else None
    buttons = (
        ctx.button("library.button.approve", f"library.approve:{track.id}", primary=True),
        ctx.button("library.button.return", f"library.return:{track.id}"),
    )
    author = author_name(ctx, track.author_id)
    title = ctx.say("library.review_title", name=author, title=track.title, scene=track.scene)
    return preview(ctx, track, title=title, buttons=buttons, before=before)


def pending_entry(ctx: Context, track_id: str) -> TalkTrack:
    """An entry that waits for review; else Stale."""
    track = ctx.uow.talk_tracks.get(read_id(track_id))
    if track is None or not is_admin(ctx) or track.review is not Review.PENDING or not track.active:
        raise Stale
    return track


@router.button("library.approve")
def approve(ctx: Context) -> list[Outgoing]:
    """「通过」 by somebody else than the author."""
    track = pending_entry(ctx, ctx.argument)
    if track.author_id == ctx.member.id:
        raise Refusal("library.own_review")
    refuse_bad(ctx, track)
    live = put_live(ctx, track)
    told = ctx.reply("library.published", title=live.title, number=live.id, version=live.version)
    return [*told, *_tell_author(ctx, track, "library.approved")]


@router.button("library.return")
def send_back(ctx: Context) -> list[Outgoing]:
    """「退回」: a draft of its author again."""
    track = pending_entry(ctx, ctx.argument)
    ctx.uow.talk_tracks.save(replace(track, review=Review.DRAFT))
    return [*ctx.reply("library.returned"), *_tell_author(ctx, track, "library.returned_to_you")]


def _tell_author(ctx: Context, track: TalkTrack, key: str) -> list[Outgoing]:
    author = ctx.uow.members.get(track.author_id) if track.author_id is not None else None
    if author is None or author.id == ctx.member.id:
        return []
    card = Card(title=ctx.say(key, name=ctx.member.name, title=track.title))
    return ctx.write(author, card, key=f"library-reviewed:{track.id}:{ctx.incoming.id}")
