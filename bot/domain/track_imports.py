"""Talk-tracks out of a file: which column is what, which rows are new or changed, and what is wrong where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.errors import Refusal
from bot.domain.people import Member
from bot.domain.sheets import Sheet
from bot.domain.talk_tracks import CONTENT, TalkTrack, Variable, check_content, with_content_of
from bot.domain.track_fields import TrackField, Vocabulary, Written, apply_fields

NEEDED = (TrackField.SCENE, TrackField.TITLE, TrackField.TEXT)

Key = tuple[str, str]
"""Scene and title: by these a row of a file finds its entry."""


class ImportStatus(StrEnum):
    """A file's way into the library."""

    RECEIVED = "received"
    SHOWN = "shown"
    """Read and previewed; waits for the admin's tap."""
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ImportSubject(StrEnum):
    """What a file is about, by its headings."""

    TRACKS = "tracks"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackImport:
    """One file that an admin sent: talk-tracks for the library, or customers."""

    id: int
    member_id: int
    media_ref: str
    name: str
    sent_at: datetime
    status: ImportStatus = ImportStatus.RECEIVED
    added: int = 0
    changed: int = 0
    applied_at: datetime | None = None
    subject: ImportSubject = ImportSubject.TRACKS
    doubtful: int = 0
    """Of customers: rows that look like known ones."""
    with_doubtful: bool = False
    """Whether the admin wants these too."""

    @property
    def count(self) -> int:
        """How many rows will be, or were, taken in."""
        return self.added + self.changed + (self.doubtful if self.with_doubtful else 0)

    @property
    def message_id(self) -> str:
        """Under which all its changes are written down, to be taken back together."""
        return f"library-import:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """What is wrong with one line, as a text key and its values."""

    line: int
    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What a file would do: entries to add, entries to change, how many stay, and what is wrong."""

    added: tuple[TalkTrack, ...] = ()
    changed: tuple[TalkTrack, ...] = ()
    same: int = 0
    errors: tuple[RowError, ...] = ()


def read_headings(sheet: Sheet, *, vocabulary: Vocabulary) -> dict[int, TrackField]:
    """The columns by their meaning; raises Refusal where a needed one is missing or one stands twice."""
    columns: dict[int, TrackField] = {}
    for position, heading in enumerate(sheet.headings):
        field = vocabulary.fields.get(heading.strip().lower())
        if field is None and heading.strip():
            raise Refusal("library.file.heading", heading=heading[:20])
        if field and field in columns.values():
            raise Refusal("library.file.heading_twice", heading=heading[:20])
        if field:
            columns[position] = field
    if any(field not in columns.values() for field in NEEDED):
        raise Refusal("library.file.headings")
    return columns


def is_for_library(sheet: Sheet, *, vocabulary: Vocabulary) -> bool:
    """Whether the headings are those of a file of talk-tracks."""
    known = {vocabulary.fields.get(heading.strip().lower()) for heading in sheet.headings}
    return known.issuperset(NEEDED)


def plan_import(
    sheet: Sheet,
    *,
    known: Callable[[Sequence[Key]], Mapping[Key, TalkTrack]],
    vocabulary: Vocabulary,
    variables: Mapping[str, Variable],
    author: Member,
    at: datetime,
) -> ImportPlan:
    """Check every row; `known` finds the entries of these scenes and titles. Raises Refusal for headings."""
    columns = read_headings(sheet, vocabulary=vocabulary)
    errors: list[RowError] = []
    lines: dict[Key, int] = {}
    good: list[tuple[TalkTrack, Written]] = []
    for line, cells in sheet.rows:
        written = {field: cells[at] for at, field in columns.items() if at < len(cells) and cells[at].strip()}
        try:
            track = apply_fields(_blank(author, at), written, vocabulary=vocabulary, author=author)
            check_content(track, variables=variables)
        except Refusal as refusal:
            errors.append(RowError(line=line, key=refusal.key, values=refusal.values))
            continue
        key = (track.scene, track.title)
        if key in lines:
            twice = {"title": track.title, "first": lines[key]}
            errors.append(RowError(line=line, key="library.file.twice", values=twice))
            continue
        lines[key] = line
        good.append((track, written))
    if errors:
        return ImportPlan(errors=tuple(errors))
    return _sort_out(good, known(list(lines)), vocabulary=vocabulary, author=author, at=at)


def _blank(author: Member, at: datetime) -> TalkTrack:
    return TalkTrack(id=0, scene="", title="", text="", author_id=author.id, published_at=at)


def _sort_out(
    good: Sequence[tuple[TalkTrack, Written]],
    known: Mapping[Key, TalkTrack],
    *,
    vocabulary: Vocabulary,
    author: Member,
    at: datetime,
) -> ImportPlan:
    added, changed, same = [], [], 0
    for track, written in good:
        old = known.get((track.scene, track.title))
        if old is None:
            added.append(track)
            continue
        # A column that the file has not, or an empty cell, leaves what the entry says.
        said = apply_fields(old, written, vocabulary=vocabulary, author=author)
        if old.active and all(getattr(old, name) == getattr(said, name) for name in CONTENT):
            same += 1
        else:
            changed.append(_next_version(old, said, author=author, at=at))
    return ImportPlan(added=tuple(added), changed=tuple(changed), same=same)


def _next_version(old: TalkTrack, said: TalkTrack, *, author: Member, at: datetime) -> TalkTrack:
    fresh = with_content_of(old, said)
    return replace(
        fresh, version=old.version + 1, author_id=author.id, active=True, published_at=old.published_at or at
    )
