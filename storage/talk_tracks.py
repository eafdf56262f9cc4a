"""The talk-track library: entries with their versions, what they answer, and search."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, tuple_

from bot.domain.people import Member
from bot.domain.search_terms import CutTerms
from bot.domain.talk_tracks import Review, TalkTrack, TrackKind, TrackVersion
from bot.domain.track_imports import Key
from bot.domain.triggers import TriggerKind
from storage.codec import from_json, to_json
from storage.ledger import Ledger, Trail
from storage.queue_tables import changes
from storage.track_search import SearchWords, find, forget, index_words
from storage.track_tables import talk_tracks, track_bindings, track_pushes, unindexed_tracks
from storage.upserts import insert_into

T = TypeVar("T")

NOUN = "talk_track"
NODE, ALIAS = "node", "alias"
BATCH, FEW = 500, 50
"""So many entries are asked for, or stored, by one statement."""


class TalkTracks:
    """Entries by id, by what they answer, and by words. What a member may be offered is `live`."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self.ledger = Ledger(
            trail=trail,
            noun=NOUN,
            kind=TalkTrack,
            table=talk_tracks,
            index=lambda track: self._note([track]),
            unindex=lambda track_id: self._drop([track_id]),
        )

    def get(self, track_id: int) -> TalkTrack | None:
        """The talk-track of that id."""
        return self.ledger.get(track_id)

    def of_ids(self, track_ids: Sequence[int]) -> Sequence[TalkTrack]:
        """Those of these ids, in this order."""
        found = self.ledger.all(self.ledger.query(talk_tracks.c.id.in_(track_ids)))
        by_id = {track.id: track for track in found}
        return tuple(by_id[each] for each in dict.fromkeys(track_ids) if each in by_id)

    def answering(
        self,
        sources: Sequence[str],
        *,
        member: Member,
        today: date,
        limit: int,
        kinds: Collection[TrackKind] = tuple(TrackKind),
    ) -> Sequence[tuple[int, str]]:
        """Ids of live ones that by themselves answer any of `signal:…` and `node:…`, each with the first
        that it answers; those that answer more come first.
        """
        answered = func.count(track_bindings.c.source)
        query = (
            select(talk_tracks.c.id)
            .join(track_bindings, track_bindings.c.track_id == talk_tracks.c.id)
            .where(track_bindings.c.source.in_(sources), live(member, today))
            .where(talk_tracks.c.kind.in_(kinds))
            .group_by(talk_tracks.c.id)
            .order_by(answered.desc(), talk_tracks.c.id)
            .limit(limit)
        )
        ids = list(self._trail.connection.execute(query).scalars())
        found = self._trail.connection.execute(
            select(track_bindings.c.track_id, track_bindings.c.source).where(
                track_bindings.c.track_id.in_(ids), track_bindings.c.source.in_(sources)
            )
        )
        order = {source: number for number, source in enumerate(sources)}
        first: dict[int, str] = {}
        for track_id, source in sorted(found, key=lambda row: order[row[1]]):
            first.setdefault(track_id, source)
        return tuple((track_id, first[track_id]) for track_id in ids)

    def for_signals(self, signals: Iterable[str], *, limit: int) -> Sequence[TalkTrack]:
        """Those in use for any of the signals, whoever they are for; those that answer more come first."""
        return self._of_sources([f"{TriggerKind.SIGNAL}:{each}" for each in signals], limit=limit)

    def for_node(self, node_key: str, *, limit: int) -> Sequence[TalkTrack]:
        """Those in use for a node, whoever they are for, oldest first."""
        return self._of_sources([f"{NODE}:{node_key}"], limit=limit)

    def _of_sources(self, sources: Sequence[str], *, limit: int) -> Sequence[TalkTrack]:
        query = (
            self.ledger.query(talk_tracks.c.active, track_bindings.c.source.in_(sources))
            .join(track_bindings, track_bindings.c.track_id == talk_tracks.c.id)
            .group_by(talk_tracks.c.id)
            .order_by(func.count(track_bindings.c.source).desc(), talk_tracks.c.id)
        )
        return self.ledger.all(query.limit(limit))

    def search(
        self, words: str, *, cut: CutTerms, member: Member, today: date, limit: int, all_states: bool = False
    ) -> Sequence[TalkTrack]:
        """The best fits for words, their sounds, or letters typed for them; `cut` is not called for entries
        that were searched before. With `all_states` drafts, retired and others' private ones, too.
        """
        # What a person has just changed is found at once; a whole file is the job's to index.
        self.index(cut, limit=FEW)
        visible = talk_tracks.c.revises == 0 if all_states else live(member, today)
        terms = cut(words, True)
        found = find(self._trail.connection, terms, exact=words.strip(), visible=visible, limit=limit)
        return self.of_ids(found)

    def index(self, cut: CutTerms, *, limit: int = BATCH) -> int:
        """Make entries that were changed since findable by their words, at most `limit`; how many."""
        connection = self._trail.connection
        oldest = select(unindexed_tracks.c.track_id).order_by(unindexed_tracks.c.track_id).limit(limit)
        waiting = list(connection.execute(oldest).scalars())
        if waiting:
            index_words(connection, [_words_of(track, cut) for track in self.of_ids(waiting)])
            connection.execute(delete(unindexed_tracks).where(unindexed_tracks.c.track_id.in_(waiting)))
        return len(waiting)

    def scenes(self, *, member: Member, today: date) -> Sequence[tuple[str, int]]:
        """The scenes with something for the member, and how much, the fullest first."""
        amount = func.count(talk_tracks.c.id)
        query = select(talk_tracks.c.scene, amount).where(live(member, today)).group_by(talk_tracks.c.scene)
        rows = self._trail.connection.execute(query.order_by(amount.desc(), func.min(talk_tracks.c.id)))
        return tuple((scene, number) for scene, number in rows)

    def of_scene(self, scene: str, *, member: Member, today: date, limit: int) -> Sequence[TalkTrack]:
        """The live ones of a scene, oldest first."""
        query = self.ledger.query(talk_tracks.c.scene == scene, live(member, today))
        return self.ledger.all(query.order_by(talk_tracks.c.id).limit(limit))

    def called(self, name: str) -> Sequence[TalkTrack]:
        """Those in use with exactly this title, or else with this alias."""
        named = self.ledger.query(talk_tracks.c.active, talk_tracks.c.review == Review.APPROVED)
        found = self.ledger.all(named.where(talk_tracks.c.title == name).order_by(talk_tracks.c.id))
        if found:
            return found
        bound = talk_tracks.c.id == track_bindings.c.track_id
        by_alias = named.join(track_bindings, bound).where(track_bindings.c.source == f"{ALIAS}:{name}")
        return self.ledger.all(by_alias.order_by(talk_tracks.c.id))

    def titled(self, scene: str, title: str) -> TalkTrack | None:
        """The one of that scene and title, retired or not."""
        return self.known([(scene, title)]).get((scene, title))

    def known(self, keys: Sequence[Key]) -> Mapping[Key, TalkTrack]:
        """The entries of these scenes and titles, one in use before a retired one; drafts left out."""
        found: dict[Key, TalkTrack] = {}
        settled = talk_tracks.c.review == Review.APPROVED
        for batch in _batches(keys):
            same = tuple_(talk_tracks.c.scene, talk_tracks.c.title).in_(batch)
            query = self.ledger.query(same, settled).order_by(talk_tracks.c.active.desc(), talk_tracks.c.id)
            for track in self.ledger.all(query):
                found.setdefault((track.scene, track.title), track)
        return found

    def pending(self) -> Sequence[TalkTrack]:
        """Those that wait for a second person, oldest first."""
        waiting = self.ledger.query(talk_tracks.c.review == Review.PENDING, talk_tracks.c.active)
        return self.ledger.all(waiting.order_by(talk_tracks.c.id))

    def all(self) -> Sequence[TalkTrack]:
        """Every published one, retired ones too, oldest first."""
        query = self.ledger.query(talk_tracks.c.review == Review.APPROVED)
        return self.ledger.all(query.order_by(talk_tracks.c.id))

    def save(self, track: TalkTrack) -> TalkTrack:
        """Store a talk-track."""
        return self.ledger.save(track)

    def add_all(self, tracks: Sequence[TalkTrack]) -> Sequence[int]:
        """Store many new ones at once, each with its change; their ids."""
        ids: list[int] = []
        connection, names = self._trail.connection, [field for field in _fields() if field != "id"]
        for batch in _batches(tracks):
            rows = [{name: getattr(track, name) for name in names} for track in batch]
            added = insert(talk_tracks).returning(talk_tracks.c.id, sort_by_parameter_order=True)
            new = list(connection.execute(added, rows).scalars())
            stored = [replace(track, id=track_id) for track, track_id in zip(batch, new, strict=True)]
            connection.execute(insert(changes), [self._created(track) for track in stored])
            self._note(stored)
            ids += new
        return tuple(ids)

    def remove_unused(self, track_ids: Sequence[int]) -> Sequence[int]:
        """Delete those that nobody was ever offered; the others' ids."""
        connection, left = self._trail.connection, []
        for batch in _batches(track_ids):
            offered = select(track_pushes.c.track_id).where(track_pushes.c.track_id.in_(batch))
            kept = set(connection.execute(offered).scalars())
            gone = [each for each in batch if each not in kept]
            self._drop(gone)
            connection.execute(delete(talk_tracks).where(talk_tracks.c.id.in_(gone)))
            left += sorted(kept)
        return tuple(left)

    def versions(self, track_id: int) -> Sequence[TrackVersion]:
        """What reps have seen of an entry, oldest first; what was undone is left out."""
        found: dict[int, TrackVersion] = {}
        for change in self._changes(track_id):
            track = from_json(TalkTrack, change.after)
            if change.undone_at is None and track.review is Review.APPROVED:
                first = found.get(track.version)
                author = first.member_id if first else track.author_id or change.member_id
                at = first.at if first else change.at
                found[track.version] = TrackVersion(track=track, member_id=author, at=at)
        return tuple(found[version] for version in sorted(found))

    def latest_version(self, track_id: int) -> int:
        """The highest number that a version of the entry ever had, undone ones too."""
        return max((from_json(TalkTrack, row.after).version for row in self._changes(track_id)), default=0)

    def _changes(self, track_id: int) -> Sequence[Any]:
        same = (changes.c.noun == NOUN) & (changes.c.noun_id == track_id) & changes.c.after.is_not(None)
        query = select(changes.c.after, changes.c.member_id, changes.c.at, changes.c.undone_at).where(same)
        return self._trail.connection.execute(query.order_by(changes.c.id)).all()

    def _created(self, track: TalkTrack) -> dict[str, object]:
        trail = self._trail
        return {
            "message_id": trail.message_id,
            "member_id": trail.member_id,
            "noun": NOUN,
            "noun_id": track.id,
            "before": None,
            "after": to_json(TalkTrack, track),
            "at": trail.now,
        }

    def _note(self, tracks: Sequence[TalkTrack]) -> None:
        """Keep what the entries answer, and remember that their words are not searched yet."""
        connection, ids = self._trail.connection, [track.id for track in tracks]
        connection.execute(delete(track_bindings).where(track_bindings.c.track_id.in_(ids)))
        bound = [{"source": source, "track_id": track.id} for track in tracks for source in _sources(track)]
        if bound:
            connection.execute(insert(track_bindings), bound)
        waiting = insert_into(connection, unindexed_tracks).on_conflict_do_nothing()
        connection.execute(waiting, [{"track_id": track_id} for track_id in ids])

    def _drop(self, track_ids: Sequence[int]) -> None:
        connection = self._trail.connection
        forget(connection, track_ids)
        for table in (track_bindings, unindexed_tracks):
            connection.execute(delete(table).where(table.c.track_id.in_(track_ids)))


def live(member: Member, today: date) -> ColumnElement[bool]:
    """What may be offered to the member today: in use, approved, not expired, for the team or the own."""
    return and_(
        talk_tracks.c.active,
        talk_tracks.c.review == Review.APPROVED,
        or_(talk_tracks.c.expires_on.is_(None), talk_tracks.c.expires_on >= today),
        talk_tracks.c.team.in_(("", member.team)),
        or_(talk_tracks.c.owner_id.is_(None), talk_tracks.c.owner_id == member.id),
    )


def _sources(track: TalkTrack) -> list[str]:
    signals = [f"{TriggerKind.SIGNAL}:{signal}" for signal in sorted(track.signals)]
    nodes = [f"{NODE}:{key}" for key in sorted(track.node_keys)]
    return signals + nodes + [f"{ALIAS}:{name}" for name in dict.fromkeys(track.aliases)]


def _words_of(track: TalkTrack, cut: CutTerms) -> SearchWords:
    return SearchWords(
        track_id=track.id,
        names=cut(" ".join((track.title, *track.aliases)), True),
        scene=cut(" ".join((track.scene, *track.tags, *track.industries)), True),
        body=cut(f"{track.text}\n{track.long_text}", False),
    )


def _fields() -> list[str]:
    return [each.name for each in fields(TalkTrack)]


def _batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))
