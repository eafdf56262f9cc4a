"""Talk-tracks: short sentences that a rep can say, found by the signal that calls for them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.understanding import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkTrack:
    """One talk-track: `text` is at most three lines, ready to copy."""

    id: int
    scene: str
    title: str
    text: str
    signals: frozenset[Signal] = frozenset()
    node_keys: frozenset[str] = frozenset()
    active: bool = True
