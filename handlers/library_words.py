"""The words in which admins write entries of the library, and the cards that show one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import Refusal
from bot.domain.messages import Button, Card, Outgoing, Row
from bot.domain.people import Member
from bot.domain.talk_tracks import Review, TalkTrack, TrackKind, check_content
from bot.domain.track_fields import TrackField, Vocabulary
from bot.domain.understanding import Signal
from handlers.context import Context, Deps
from handlers.ports import UnitOfWork
from handlers.router import read_id
from handlers.track_offers import today
from handlers.track_words import fill_track, variable_names
from prompts.texts import Texts


def vocabulary(uow: UnitOfWork, deps: Deps) -> Vocabulary:
    """What labels and values may be written, out of texts, playbook and teams."""
    texts = deps.texts

    def words(key: str) -> list[str]:
        return texts.label("library", key).split()

    return Vocabulary(
        fields={word: field for field in TrackField for word in texts.label("track_field", field).split()},
        signals={texts.label("signal", each): each for each in Signal},
        stages={stage.name: stage.key for stage in deps.playbook.stages},
        kinds={texts.label("track_kind", each): each for each in TrackKind},
        teams=frozenset(each.team for each in uow.members.all() if each.team),
        private=frozenset(words("private")),
        everyone=frozenset(words("everyone")),
        nothing=frozenset(words("nothing")),
    )


def raw_argument(ctx: Context, *, words: int = 2) -> str:
    """What stands behind the first words of the message, with its own punctuation and lines."""
    text = "".join(each if each.isprintable() or each == "\n" else " " for each in ctx.text)
    parts = text.strip().split(None, words)
    return parts[words] if len(parts) > words else ""


def find_entry(ctx: Context, number: str) -> TalkTrack:
    """The entry of that number, with or without #; drafts of others' are entries too. Raises Refusal."""
    if not number.strip():
        raise Refusal("library.which")
    track = ctx.uow.talk_tracks.get(read_id(number.lstrip("#＃")))
    if track is None or (track.owner_id not in (None, ctx.member.id)):
        raise Refusal("library.no_entry", number=number[:12])
    return track


def refuse_bad(ctx: Context, track: TalkTrack) -> None:
    """Raise Refusal for what reps could not use, or for a title that the scene has already."""
    check_content(track, variables=variable_names(ctx))
    same = ctx.uow.talk_tracks.known([(track.scene, track.title)]).get((track.scene, track.title))
    if same and same.active and same.id not in (track.id, track.revises):
        raise Refusal("library.exists", title=track.title, scene=track.scene, number=same.id)


def state_of(ctx: Context, track: TalkTrack) -> str:
    """「已发布」, 「草稿」, 「待审核」, 「已停用」, 「已过期」."""
    if not track.active:
        state = "retired"
    elif track.review is not Review.APPROVED:
        state = str(track.review)
    else:
        state = "approved" if track.is_live(today(ctx)) else "expired"
    return ctx.deps.texts.label("track_state", state)


def entry_rows(ctx: Context, track: TalkTrack, *, before: TalkTrack | None = None) -> tuple[Row, ...]:
    """Everything but the words, as far as it is set; with `before` only what differs, old → new."""
    new, old = dict(_values(ctx, track)), dict(_values(ctx, before)) if before else {}
    empty = ctx.say("library.empty")
    rows = []
    for label, value in new.items():
        if before is None and value:
            rows.append(Row(label=label, value=value))
        elif before is not None and value != old[label]:
            rows.append(Row(label=label, value=value or empty, was=old[label] or empty))
    return tuple(rows)


def _values(ctx: Context, track: TalkTrack) -> Sequence[tuple[str, str]]:
    texts, comma = ctx.deps.texts, ctx.say("visit.and")
    stage = next((each.name for each in ctx.deps.playbook.stages if each.key == track.stage_key), "")
    signals = comma.join(texts.label("signal", each) for each in sorted(track.signals))
    scope = track.team or (ctx.say("library.only_me") if track.owner_id else "")
    values = {
        TrackField.TITLE: track.title,
        TrackField.SCENE: track.scene,
        TrackField.ALIASES: comma.join(track.aliases),
        TrackField.TAGS: comma.join(track.tags),
        TrackField.SIGNALS: signals,
        TrackField.STAGE: stage,
        TrackField.INDUSTRIES: comma.join(track.industries),
        TrackField.TEAM: scope,
        TrackField.KIND: "" if track.kind is TrackKind.SAYING else texts.label("track_kind", track.kind),
        TrackField.EXPIRES_ON: track.expires_on.isoformat() if track.expires_on else "",
        TrackField.LONG_TEXT: ctx.say("library.characters", count=len(track.long_text))
        if track.long_text
        else "",
        TrackField.TEXT: track.text.replace("\n", " "),
    }
    return [(field_label(texts, field), value) for field, value in values.items()]


def field_label(texts: Texts, field: TrackField) -> str:
    """The first of the field's labels."""
    return texts.label("track_field", field).split()[0]


def preview(
    ctx: Context, track: TalkTrack, *, title: str, buttons: Sequence[Button], before: TalkTrack | None = None
) -> list[Outgoing]:
    """The words exactly as reps will see them, and below them what else is known and can be done."""
    words = [Outgoing(to=ctx.incoming.sender, text=fill_track(ctx, track.text))]
    if track.long_text and (before is None or before.long_text != track.long_text):
        words.append(Outgoing(to=ctx.incoming.sender, text=fill_track(ctx, track.long_text)))
    hidden = (field_label(ctx.deps.texts, TrackField.TEXT), field_label(ctx.deps.texts, TrackField.TITLE))
    rows = entry_rows(ctx, track, before=before)
    if before is None:
        rows = tuple(row for row in rows if row.label not in hidden)
    return [*words, ctx.show(Card(title=title, rows=rows, buttons=tuple(buttons)))]


def author_name(ctx: Context, member_id: int | None) -> str:
    """Who it was, for people."""
    member: Member | None = ctx.uow.members.get(member_id) if member_id is not None else None
    return member.name if member else ctx.say("library.program")
