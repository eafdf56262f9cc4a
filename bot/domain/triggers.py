"""Triggers: what in a record or in the process calls for which talk-tracks, and packs of them in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.understanding import Field, VisitFacts

OFFERED = 3
"""So many titles come with one reply at most."""


class TriggerKind(StrEnum):
    """What calls."""

    SIGNAL = "signal"
    COMPETITOR = "competitor"
    NODE_OPENED = "node_opened"
    NODE_OVERDUE = "node_overdue"
    STAGE = "stage"
    WORDS = "words"
    """The note holds exactly these words."""
    METRIC = "metric"
    """A measure of the rep beyond a limit for days; comes with a morning, never with a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkTrackPack:
    """An ordered set of talk-tracks that is offered together; `about` says when it serves."""

    id: int
    name: str
    track_ids: tuple[int, ...]
    about: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """「太贵 → 嫌贵」: `said` is the admin's own wording; the tracks, or those of the pack, come in order."""

    id: int
    kind: TriggerKind
    value: str
    said: str
    track_ids: tuple[int, ...] = ()
    pack_id: int | None = None
    team: str = ""
    active: bool = True

    @property
    def source(self) -> str:
        """`signal:price`, as pushes remember what called for them."""
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A talk-track and what called for it."""

    track_id: int
    source: str


def sources_in(
    facts: VisitFacts, *, opened: Collection[str] = (), overdue: Collection[str] = (), stage_key: str = ""
) -> tuple[str, ...]:
    """What a record calls by: signals and competitors in the order said, then its nodes and its stage."""
    found = [f"{TriggerKind.SIGNAL}:{fact.value}" for fact in facts.of(Field.SIGNAL)]
    found += [f"{TriggerKind.COMPETITOR}:{fact.value}" for fact in facts.of(Field.COMPETITOR)]
    found += [f"{TriggerKind.NODE_OVERDUE}:{key}" for key in overdue]
    found += [f"{TriggerKind.NODE_OPENED}:{key}" for key in opened]
    found += [f"{TriggerKind.STAGE}:{stage_key}"] if stage_key else []
    return tuple(dict.fromkeys(found))


def called(
    triggers: Sequence[Trigger],
    packs: Mapping[int, TalkTrackPack],
    *,
    sources: Sequence[str],
    text: str = "",
    team: str = "",
) -> tuple[Offer, ...]:
    """The talk-tracks that triggers call for, each once: exact words first, then by the sources' order."""
    fitting = [each for each in triggers if each.active and each.team in ("", team)]
    order = {source: number for number, source in enumerate(sources, 1)}
    ranked = [(_rank(each, order, text), each) for each in fitting]
    offers: dict[int, Offer] = {}
    for rank, trigger in sorted(ranked, key=lambda pair: (pair[0], pair[1].id)):
        if rank != NOT_CALLED:
            for track_id in tracks_of(trigger, packs):
                offers.setdefault(track_id, Offer(track_id=track_id, source=trigger.source))
    return tuple(offers.values())


NOT_CALLED = 10**6


def _rank(trigger: Trigger, order: Mapping[str, int], text: str) -> int:
    if trigger.kind is TriggerKind.WORDS:
        return 0 if trigger.value in text else NOT_CALLED
    return order.get(trigger.source, NOT_CALLED)


def tracks_of(trigger: Trigger, packs: Mapping[int, TalkTrackPack]) -> tuple[int, ...]:
    """The trigger's own talk-tracks, then those of its pack."""
    pack = packs.get(trigger.pack_id) if trigger.pack_id is not None else None
    in_pack = pack.track_ids if pack and pack.active else ()
    return tuple(dict.fromkeys((*trigger.track_ids, *in_pack)))


def overlapping(new: Trigger, others: Sequence[Trigger]) -> tuple[Trigger, ...]:
    """Other active triggers that come at the same time for the same people."""
    return tuple(
        each
        for each in others
        if each.active and each.id != new.id and _meet(new.team, each.team) and _same_call(new, each)
    )


def _meet(one: str, other: str) -> bool:
    return one == other or "" in (one, other)


def _same_call(one: Trigger, other: Trigger) -> bool:
    if one.kind is not other.kind:
        return False
    if one.kind is TriggerKind.WORDS:
        return one.value in other.value or other.value in one.value
    return one.value == other.value
