"""What handlers need of storage for the talk-track library."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.people import Member
from bot.domain.search_terms import CutTerms
from bot.domain.talk_tracks import TalkTrack, TrackKind, TrackVersion
from bot.domain.track_imports import Key, TrackImport
from bot.domain.track_pushes import TrackPush, TrackUse
from bot.domain.triggers import TalkTrackPack, Trigger


class TalkTracks(Protocol):
    """Entries of the library; `live` ones may be offered to the member today."""

    def get(self, track_id: int) -> TalkTrack | None: ...
    def of_ids(self, track_ids: Sequence[int]) -> Sequence[TalkTrack]: ...
    def answering(
        self,
        sources: Sequence[str],
        *,
        member: Member,
        today: date,
        limit: int,
        kinds: Collection[TrackKind] = ...,
    ) -> Sequence[tuple[int, str]]:
        """Live ones that by themselves answer any of `signal:…` and `node:…`, with the first that each
        answers.
        """
        ...

    def search(
        self, words: str, *, cut: CutTerms, member: Member, today: date, limit: int, all_states: bool = False
    ) -> Sequence[TalkTrack]:
        """The best fits for words, their sounds, or letters typed for them."""
        ...

    def index(self, cut: CutTerms, *, limit: int = ...) -> int:
        """Make entries that were changed since findable by their words, at most `limit`; how many."""
        ...

    def scenes(self, *, member: Member, today: date) -> Sequence[tuple[str, int]]: ...
    def of_scene(self, scene: str, *, member: Member, today: date, limit: int) -> Sequence[TalkTrack]: ...
    def called(self, name: str) -> Sequence[TalkTrack]:
        """Those in use with exactly this title, or else with this alias."""
        ...

    def known(self, keys: Sequence[Key]) -> Mapping[Key, TalkTrack]:
        """The published entries of these scenes and titles, one in use before a retired one."""
        ...

    def pending(self) -> Sequence[TalkTrack]: ...
    def save(self, track: TalkTrack) -> TalkTrack: ...
    def add_all(self, tracks: Sequence[TalkTrack]) -> Sequence[int]:
        """Store many new ones at once; their ids."""
        ...

    def remove_unused(self, track_ids: Sequence[int]) -> Sequence[int]:
        """Delete those that nobody was ever offered; the others' ids."""
        ...

    def versions(self, track_id: int) -> Sequence[TrackVersion]:
        """What reps have seen of an entry, oldest first; what was undone is left out."""
        ...

    def latest_version(self, track_id: int) -> int:
        """The highest number that a version of the entry ever had."""
        ...


class Packs(Protocol):
    """Ordered sets of talk-tracks."""

    def get(self, pack_id: int) -> TalkTrackPack | None: ...
    def named(self, name: str) -> TalkTrackPack | None: ...
    def active(self) -> Sequence[TalkTrackPack]: ...
    def save(self, pack: TalkTrackPack) -> TalkTrackPack: ...


class Triggers(Protocol):
    """What calls for which talk-tracks."""

    def get(self, trigger_id: int) -> Trigger | None: ...
    def active(self) -> Sequence[Trigger]: ...
    def save(self, trigger: Trigger) -> Trigger: ...


class TrackPushes(Protocol):
    """Offered talk-tracks and what became of them."""

    def offer(self, push: TrackPush) -> TrackPush:
        """Remember an offer; the same track at the same occasion is one, however often it is shown."""
        ...

    def get(self, push_id: int) -> TrackPush | None: ...
    def save(self, push: TrackPush) -> None: ...
    def sources_since(
        self, member_id: int, customer_id: int | None, *, since: datetime, but: str
    ) -> frozenset[str]:
        """What called for something with that customer since then, on any occasion `but` that one."""
        ...

    def use(self, *, limit: int) -> Sequence[TrackUse]: ...
    def totals(self) -> tuple[int, int, int, int]:
        """All offers, those opened, those useful and those not."""
        ...

    def unused(self, *, since: datetime, limit: int) -> tuple[int, Sequence[tuple[int, str]]]:
        """How many entries were published before then and not opened after it, and the oldest of them."""
        ...


class TrackImports(Protocol):
    """Files that admins sent for the library."""

    def get(self, import_id: int) -> TrackImport | None: ...
    def waiting(self) -> Sequence[int]: ...
    def newest_done(self, *, since: datetime) -> TrackImport | None: ...
    def save(self, batch: TrackImport) -> TrackImport: ...
