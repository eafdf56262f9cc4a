"""Triggers and packs of the library."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.triggers import TalkTrackPack, Trigger
from storage.ledger import Ledger, Trail
from storage.track_tables import talk_track_packs, triggers


class Triggers:
    """What calls for which talk-tracks."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="trigger", kind=Trigger, table=triggers)

    def get(self, trigger_id: int) -> Trigger | None:
        """The trigger of that id."""
        return self.ledger.get(trigger_id)

    def active(self) -> Sequence[Trigger]:
        """Those in use, oldest first."""
        return self.ledger.all(self.ledger.query(triggers.c.active).order_by(triggers.c.id))

    def save(self, trigger: Trigger) -> Trigger:
        """Store a trigger."""
        return self.ledger.save(trigger)


class Packs:
    """Ordered sets of talk-tracks."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="talk_track_pack", kind=TalkTrackPack, table=talk_track_packs)

    def get(self, pack_id: int) -> TalkTrackPack | None:
        """The pack of that id."""
        return self.ledger.get(pack_id)

    def named(self, name: str) -> TalkTrackPack | None:
        """The pack in use of that name."""
        query = self.ledger.query(talk_track_packs.c.name == name, talk_track_packs.c.active)
        return self.ledger.first(query.order_by(talk_track_packs.c.id))

    def active(self) -> Sequence[TalkTrackPack]:
        """Those in use, oldest first."""
        query = self.ledger.query(talk_track_packs.c.active)
        return self.ledger.all(query.order_by(talk_track_packs.c.id))

    def save(self, pack: TalkTrackPack) -> TalkTrackPack:
        """Store a pack."""
        return self.ledger.save(pack)
