"""Taking the talk-tracks that come with the program into a company's library; again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.domain.three_options import Question
from bot.domain.triggers import TalkTrackPack, Trigger
from handlers.lead_ports import Questions
from handlers.library_ports import Packs, TalkTracks, Triggers
from prompts.packs import NamedPack, SeedPack


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedCounts:
    """How much was added."""

    tracks: int = 0
    packs: int = 0
    triggers: int = 0
    questions: int = 0


class Library(Protocol):
    """What installing needs of a transaction."""

    @property
    def talk_tracks(self) -> TalkTracks: ...
    @property
    def packs(self) -> Packs: ...
    @property
    def triggers(self) -> Triggers: ...
    @property
    def questions(self) -> Questions: ...


def install_packs(
    uow: Library, seeds: Sequence[SeedPack], *, author_id: int | None, now: datetime
) -> SeedCounts:
    """Add what is not there yet: an entry by scene and title, packs and questions by name, a trigger by what
    it calls.

    What the company has changed or retired stays as the company left it.
    """
    tracks = sum(_add_tracks(uow, seed, author_id=author_id, now=now) for seed in seeds)
    packs = [_add_pack(uow, pack) for seed in seeds for pack in seed.packs]
    triggers = sum(_add_triggers(uow, seed) for seed in seeds)
    questions = sum(_add_questions(uow, seed) for seed in seeds)
    return SeedCounts(tracks=tracks, packs=sum(packs), triggers=triggers, questions=questions)


def _add_tracks(uow: Library, seed: SeedPack, *, author_id: int | None, now: datetime) -> int:
    known = uow.talk_tracks.known([(track.scene, track.title) for track in seed.tracks])
    new = [track for track in seed.tracks if (track.scene, track.title) not in known]
    uow.talk_tracks.add_all([replace(track, author_id=author_id, published_at=now) for track in new])
    return len(new)


def _add_pack(uow: Library, seed: NamedPack) -> bool:
    if uow.packs.named(seed.name):
        return False
    track_ids = _ids_of(uow, seed.titles)
    if track_ids:
        uow.packs.save(TalkTrackPack(id=0, name=seed.name, track_ids=track_ids, about=seed.about))
    return bool(track_ids)


def _ids_of(uow: Library, titles: Sequence[str]) -> tuple[int, ...]:
    found = [uow.talk_tracks.called(title) for title in titles]
    return tuple(tracks[0].id for tracks in found if tracks)


def _add_triggers(uow: Library, seed: SeedPack) -> int:
    known = {(each.kind, each.value) for each in uow.triggers.active()}
    added = 0
    for trigger in seed.triggers:
        pack = uow.packs.named(trigger.pack) if trigger.pack else None
        track_ids = _ids_of(uow, trigger.titles)
        if (trigger.kind, trigger.value) in known or not (pack or track_ids):
            continue
        uow.triggers.save(
            Trigger(
                id=0,
                kind=trigger.kind,
                value=trigger.value,
                said=trigger.said,
                track_ids=track_ids,
                pack_id=pack.id if pack else None,
            )
        )
        added += 1
    return added


def _add_questions(uow: Library, seed: SeedPack) -> int:
    new = [each for each in seed.questions if uow.questions.named(each.name) is None]
    for each in new:
        uow.questions.save(
            Question(id=0, name=each.name, options=each.options, text=each.text, industries=each.industries)
        )
    return len(new)
