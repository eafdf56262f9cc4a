"""Talk-tracks: short sentences that a rep can say, kept in versions and found when they are needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.errors import Refusal
from bot.domain.messages import require_aware
from bot.domain.people import Member
from bot.domain.understanding import Signal

TEXT_LINES = 3
TEXT_CHARACTERS = 300
LONG_CHARACTERS = 2_000
NAME_CHARACTERS = 30
"""Of a title, scene, alias or tag: what still reads well on a button or in a list."""
NAMES_EACH = 12
_VARIABLE = re.compile(r"\{([^{}]*)\}")


class Review(StrEnum):
    """How far an entry has come; reps see approved ones only."""

    DRAFT = "draft"
    PENDING = "pending"
    """Waits for a second person."""
    APPROVED = "approved"


class TrackKind(StrEnum):
    """What the words are for."""

    SAYING = "saying"
    """To be said to a customer."""
    STRATEGY = "strategy"
    """How to go about a risk or an objection."""


class Variable(StrEnum):
    """What is filled in from the rep's current record."""

    CUSTOMER = "customer"
    CONTACT = "contact"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkTrack:
    """One talk-track: `text` is at most three lines, ready to copy.

    `team` empty means every team, `owner_id` a private one, `stage_key` and `industries` empty any. `version`
    counts what reps have seen; `revises` is the id of the entry that this draft will replace.
    """

    id: int
    scene: str
    title: str
    text: str
    signals: frozenset[Signal] = frozenset()
    node_keys: frozenset[str] = frozenset()
    active: bool = True
    kind: TrackKind = TrackKind.SAYING
    aliases: tuple[str, ...] = ()
    long_text: str = ""
    attachment_ref: str = ""
    attachment_name: str = ""
    tags: tuple[str, ...] = ()
    stage_key: str = ""
    industries: tuple[str, ...] = ()
    team: str = ""
    owner_id: int | None = None
    expires_on: date | None = None
    version: int = 1
    review: Review = Review.APPROVED
    revises: int = 0
    author_id: int | None = None
    published_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.published_at:
            require_aware(self.published_at, "published_at")

    def is_live(self, today: date) -> bool:
        """Whether anybody may be offered it today."""
        current = self.expires_on is None or self.expires_on >= today
        return self.active and self.review is Review.APPROVED and current

    def fits(self, member: Member) -> bool:
        """Whether it is meant for this member."""
        return self.owner_id in (None, member.id) and self.team in ("", member.team)


CONTENT = (
    "scene",
    "title",
    "text",
    "kind",
    "aliases",
    "long_text",
    "attachment_ref",
    "attachment_name",
    "tags",
    "stage_key",
    "industries",
    "team",
    "owner_id",
    "expires_on",
    "signals",
    "node_keys",
)
"""The fields that make a version; all others say where an entry stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackVersion:
    """One version of an entry: what it said, who wrote it and when."""

    track: TalkTrack
    member_id: int | None
    at: datetime


def with_content_of(track: TalkTrack, other: TalkTrack) -> TalkTrack:
    """The entry with what another one says; id, version and standing stay."""
    return replace(track, **{name: getattr(other, name) for name in CONTENT})


def publish(
    draft: TalkTrack, *, target: TalkTrack | None, at: datetime, latest: int = 0
) -> tuple[TalkTrack, TalkTrack | None]:
    """The entry that reps see from now on, and the used-up draft where it replaces an older entry.

    `latest` is the highest version that the entry ever had: a number never means two contents.
    """
    if target is None:
        return replace(draft, review=Review.APPROVED, active=True, published_at=at), None
    version = max(target.version, latest) + 1
    live = replace(with_content_of(target, draft), version=version, author_id=draft.author_id)
    live = replace(live, review=Review.APPROVED, active=True, published_at=target.published_at or at)
    return live, replace(draft, active=False)


def check_content(track: TalkTrack, *, variables: Mapping[str, Variable]) -> None:
    """Raise Refusal with the first thing that reps could not use; `variables` are the known names."""
    if not track.title or not track.scene or not track.text:
        raise Refusal("library.incomplete")
    lines = track.text.splitlines()
    if len(lines) > TEXT_LINES or len(track.text) > TEXT_CHARACTERS:
        raise Refusal("library.too_long", lines=len(lines), characters=len(track.text), limit=TEXT_CHARACTERS)
    if len(track.long_text) > LONG_CHARACTERS:
        raise Refusal("library.long_too_long", characters=len(track.long_text), limit=LONG_CHARACTERS)
    names = (track.title, track.scene, *track.aliases, *track.tags, *track.industries)
    for name in names:
        if len(name) > NAME_CHARACTERS or "\n" in name:
            raise Refusal("library.name_too_long", name=f"{name[:10]}…", limit=NAME_CHARACTERS)
    if max(len(track.aliases), len(track.tags), len(track.industries)) > NAMES_EACH:
        raise Refusal("library.too_many_names", limit=NAMES_EACH)
    for name in _VARIABLE.findall(track.text + track.long_text):
        if name not in variables:
            raise Refusal(
                "library.no_variable", name=f"{{{name[:10]}}}", known=" ".join(f"{{{v}}}" for v in variables)
            )


def fill_variables(text: str, values: Mapping[str, str], *, openings: Mapping[str, str]) -> str:
    """The words with `{names}` replaced; `openings` are said in place of a value at the start of a line."""

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        starts_line = found.start() == 0 or text[found.start() - 1] == "\n"
        return openings[name] if starts_line and name in openings else values.get(name, found[0])

    return _VARIABLE.sub(fill, text)
