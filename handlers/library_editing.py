"""Writing the library by chat: entries and their changes, previewed as reps will see them, then published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.dialogs import Dialog
from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Button, Kind, Outgoing
from bot.domain.people import Role
from bot.domain.talk_tracks import Review, TalkTrack, publish, with_content_of
from bot.domain.track_fields import TrackField, Written, apply_fields, read_edit, read_new
from handlers.context import Context
from handlers.drafts import ANSWER_WINDOW
from handlers.library_words import find_entry, preview, raw_argument, refuse_bad, vocabulary
from handlers.router import Router, read_id

router = Router()


@router.command(
    "/话术 新增",
    help="写一条话术，先预览再发布；正文可以下一条用语音说",
    role=Role.ADMIN,
    usage="标题 / 场景 / 话术（最多三行）",
)
def add_entry(ctx: Context) -> list[Outgoing]:
    """「/话术 新增 嫌贵 / 报价谈判 / 您看的是单价…」 in one line or several; what is missing is asked."""
    words = raw_argument(ctx)
    return ask(ctx, "new", state="library.new") if not words else take_new(ctx, words)


def takes_words(ctx: Context, _subject: str) -> bool:
    """Words of an admin, typed or spoken; no cry for help and no command."""
    is_words = ctx.incoming.kind in (Kind.TEXT, Kind.VOICE) and bool(ctx.text.strip())
    return is_words and not ctx.speech_problem and is_admin(ctx)


def is_admin(ctx: Context) -> bool:
    """Whether the sender may change the library here."""
    return ctx.member.role is Role.ADMIN and ctx.incoming.room is None


@router.waiting("library.new", fits=takes_words)
def take_answer(ctx: Context) -> list[Outgoing]:
    """「嫌贵 / 报价谈判」 after the question."""
    return take_new(ctx, ctx.text)


def take_new(ctx: Context, words: str) -> list[Outgoing]:
    """A draft out of what was written, or the question for its words."""
    written = read_new(words, vocabulary=vocabulary(ctx.uow, ctx.deps))
    if TrackField.TITLE not in written or TrackField.SCENE not in written:
        return ask(ctx, "new", state="library.new")
    draft = TalkTrack(id=0, scene="", title="", text="", review=Review.DRAFT, author_id=ctx.member.id)
    draft = ctx.uow.talk_tracks.save(apply(ctx, draft, written))
    if not draft.text:
        return ask(ctx, "text", state="library.edit", subject=str(draft.id), title=draft.title)
    return show_draft(ctx, draft)


def apply(ctx: Context, track: TalkTrack, written: Written) -> TalkTrack:
    """The entry with what this admin wrote."""
    words = vocabulary(ctx.uow, ctx.deps)
    return replace(apply_fields(track, written, vocabulary=words, author=ctx.member), author_id=ctx.member.id)


def ask(ctx: Context, question: str, *, state: str, subject: str = "", **values: object) -> list[Outgoing]:
    """Ask for words and wait for them."""
    expires_at = ctx.now + ANSWER_WINDOW
    ctx.uow.dialogs.wait(Dialog(member_id=ctx.member.id, state=state, subject=subject, expires_at=expires_at))
    return ctx.reply(f"library.ask.{question}", **values)


@router.command(
    "/话术 改", help="改一条话术", role=Role.ADMIN, usage="编号 新话术，或「标题：…」「标签：…」「到期：…」"
)
def change_entry(ctx: Context) -> list[Outgoing]:
    """「/话术 改 12 …」: a draft of the next version; the present one stays in use until it is published."""
    number, _, words = raw_argument(ctx).partition("\n")
    number, _, same_line = number.strip().partition(" ")
    target = find_entry(ctx, number)
    words = f"{same_line}\n{words}".strip()
    if not words:
        shown = preview(ctx, target, title=ctx.say("library.current", title=target.title), buttons=())
        return [*shown, *ask(ctx, "change", state="library.change", subject=str(target.id))]
    return revise(ctx, target, words)


@router.waiting("library.change", fits=takes_words)
def take_change(ctx: Context) -> list[Outgoing]:
    """The new words for a published entry."""
    return revise(ctx, find_entry(ctx, ctx.argument), ctx.text)


def revise(ctx: Context, target: TalkTrack, words: str) -> list[Outgoing]:
    """A draft of the entry's next version; of a draft, the draft itself."""
    written = read_edit(words, vocabulary=vocabulary(ctx.uow, ctx.deps))
    if target.review is not Review.APPROVED:
        return show_draft(ctx, ctx.uow.talk_tracks.save(apply(ctx, target, written)))
    blank = TalkTrack(
        id=0, scene="", title="", text="", review=Review.DRAFT, revises=target.id, version=target.version
    )
    draft = apply(ctx, with_content_of(blank, target), written)
    return show_draft(ctx, ctx.uow.talk_tracks.save(draft))


@router.waiting("library.edit", fits=takes_words)
def take_words(ctx: Context) -> list[Outgoing]:
    """Words for a draft that has none yet, or others than it has; by voice as well."""
    return revise(ctx, own_draft(ctx, ctx.argument), ctx.text)


def show_draft(ctx: Context, draft: TalkTrack) -> list[Outgoing]:
    """The preview: 发布 · 送审 · 再改 · 放弃. What reps could not use is refused before it."""
    refuse_bad(ctx, draft)
    ctx.uow.dialogs.stop(ctx.member.id)
    target = ctx.uow.talk_tracks.get(draft.revises) if draft.revises else None
    title = ctx.say("library.preview", title=draft.title, scene=draft.scene)
    return preview(ctx, draft, title=title, buttons=draft_buttons(ctx, draft), before=target)


def draft_buttons(ctx: Context, draft: TalkTrack) -> Sequence[Button]:
    """What can be done with a draft."""
    return (
        ctx.button("library.button.publish", f"library.publish:{draft.id}", primary=True),
        ctx.button("library.button.review", f"library.review:{draft.id}"),
        ctx.button("library.button.edit", f"library.edit:{draft.id}"),
        ctx.button("library.button.drop", f"library.drop:{draft.id}"),
    )


def own_draft(ctx: Context, track_id: str) -> TalkTrack:
    """The admin's own draft; else Stale."""
    track = ctx.uow.talk_tracks.get(read_id(track_id))
    if track is None or not is_admin(ctx) or track.author_id != ctx.member.id:
        raise Stale
    if track.review is not Review.DRAFT or not track.active:
        raise Stale
    return track


@router.button("library.publish")
def publish_draft(ctx: Context) -> list[Outgoing]:
    """「发布」: reps see it from now on."""
    draft = own_draft(ctx, ctx.argument)
    refuse_bad(ctx, draft)
    live = put_live(ctx, draft)
    ctx.uow.dialogs.stop(ctx.member.id)
    return ctx.reply("library.published", title=live.title, number=live.id, version=live.version)


def put_live(ctx: Context, draft: TalkTrack) -> TalkTrack:
    """Publish a draft: as a new entry, or as the next version of the one that it revises."""
    target = ctx.uow.talk_tracks.get(draft.revises) if draft.revises else None
    if draft.revises and target is None:
        raise Refusal("library.no_entry", number=draft.revises)
    latest = ctx.uow.talk_tracks.latest_version(target.id) if target else 0
    live, used_up = publish(draft, target=target, at=ctx.now, latest=latest)
    if used_up:
        ctx.uow.talk_tracks.save(used_up)
    return ctx.uow.talk_tracks.save(live)


@router.button("library.edit")
def edit_draft(ctx: Context) -> list[Outgoing]:
    """「再改」: the next words are the draft's."""
    draft = own_draft(ctx, ctx.argument)
    return ask(ctx, "change", state="library.edit", subject=str(draft.id))


@router.button("library.drop")
def drop_draft(ctx: Context) -> list[Outgoing]:
    """「放弃」: nothing of it was ever seen."""
    draft = own_draft(ctx, ctx.argument)
    ctx.uow.talk_tracks.save(replace(draft, active=False))
    ctx.uow.dialogs.stop(ctx.member.id)
    return ctx.reply("library.dropped")
