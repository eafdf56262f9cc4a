"""The talk-track library."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.talk_tracks import TalkTrack
from bot.domain.understanding import Signal
from storage.ledger import Ledger, Trail
from storage.tables import talk_tracks


class TalkTracks:
    """The talk-track library: some hundreds of entries, so that choosing among them needs no index."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="talk_track", kind=TalkTrack, table=talk_tracks)

    def get(self, track_id: int) -> TalkTrack | None:
        """The talk-track of that id."""
        return self.ledger.get(track_id)

    def for_signals(self, signals: frozenset[Signal], *, limit: int) -> Sequence[TalkTrack]:
        """The active ones for any of the signals, those that answer more of them first."""
        fitting = [track for track in self.active() if track.signals & signals]
        return tuple(sorted(fitting, key=lambda track: -len(track.signals & signals))[:limit])

    def for_node(self, node_key: str, *, limit: int) -> Sequence[TalkTrack]:
        """The active ones for a node, oldest first."""
        return tuple(track for track in self.active() if node_key in track.node_keys)[:limit]

    def titled(self, scene: str, title: str) -> TalkTrack | None:
        """The one of that scene and title, retired or not."""
        same = (talk_tracks.c.scene == scene) & (talk_tracks.c.title == title)
        return self.ledger.first(self.ledger.query(same).order_by(talk_tracks.c.id))

    def all(self) -> Sequence[TalkTrack]:
        """Every one, retired ones too, oldest first."""
        return self.ledger.all(self.ledger.query().order_by(talk_tracks.c.id))

    def active(self) -> Sequence[TalkTrack]:
        """Every active one, oldest first."""
        query = self.ledger.query(talk_tracks.c.active)
        return self.ledger.all(query.order_by(talk_tracks.c.id))

    def save(self, track: TalkTrack) -> TalkTrack:
        """Store a talk-track."""
        return self.ledger.save(track)
