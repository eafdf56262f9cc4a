"""Talk-tracks, packs and triggers that come with the program, read from `packs/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.talk_tracks import TalkTrack, TrackKind
from bot.domain.triggers import TriggerKind
from bot.domain.understanding import Signal

PACKS = Path(__file__).parent / "packs"
STANDARD = ("b2b", "strategies", "sets")
"""What every company gets, in this order: sets name talk-tracks of the files before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPack:
    """A pack by the titles of its talk-tracks."""

    name: str
    about: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTrigger:
    """A trigger by the titles, or the pack, that it brings."""

    kind: TriggerKind
    value: str
    said: str
    titles: tuple[str, ...] = ()
    pack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedQuestion:
    """A question with three answers that an industry asks of every customer."""

    name: str
    text: str
    options: tuple[str, ...]
    industries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPack:
    """One file."""

    name: str
    tracks: tuple[TalkTrack, ...] = ()
    packs: tuple[NamedPack, ...] = ()
    triggers: tuple[NamedTrigger, ...] = ()
    questions: tuple[SeedQuestion, ...] = ()


def pack_names() -> dict[str, str]:
    """The names of the industries' files, and the file of each; the standard ones are left out."""
    keys = sorted(path.stem for path in PACKS.glob("*.toml"))
    return {load_pack(key).name: key for key in keys if key not in STANDARD}


def load_pack(key: str) -> SeedPack:
    """Read one file."""
    table = tomllib.loads((PACKS / f"{key}.toml").read_text(encoding="utf-8"))
    return SeedPack(
        name=str(table["name"]),
        tracks=tuple(_track(each, defaults=table.get("defaults", {})) for each in table.get("tracks", ())),
        packs=tuple(
            NamedPack(name=each["name"], about=each["about"], titles=tuple(each["titles"]))
            for each in table.get("packs", ())
        ),
        triggers=tuple(_trigger(each) for each in table.get("triggers", ())),
        questions=tuple(
            SeedQuestion(
                name=each["name"],
                text=each["text"],
                options=tuple(each["options"]),
                industries=tuple(each.get("industries", ())),
            )
            for each in table.get("questions", ())
        ),
    )


def _track(entry: Mapping[str, Any], *, defaults: Mapping[str, Any]) -> TalkTrack:
    said = {**defaults, **entry}
    return TalkTrack(
        id=0,
        scene=said["scene"],
        title=said["title"],
        text=said["text"].strip(),
        long_text=said.get("long_text", "").strip(),
        aliases=tuple(said.get("aliases", ())),
        tags=tuple(said.get("tags", ())),
        industries=tuple(said.get("industries", ())),
        stage_key=said.get("stage", ""),
        kind=TrackKind(said.get("kind", TrackKind.SAYING)),
        signals=frozenset(Signal(each) for each in said.get("signals", ())),
        node_keys=frozenset(said.get("nodes", ())),
    )


def _trigger(entry: Mapping[str, Any]) -> NamedTrigger:
    return NamedTrigger(
        kind=TriggerKind(entry["kind"]),
        value=entry["value"],
        said=entry["said"],
        titles=tuple(entry.get("titles", ())),
        pack=entry.get("pack", ""),
    )
