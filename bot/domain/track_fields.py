"""Entries of the library as people write them: a first line with slashes, then lines such as 「标签：…」."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from bot.domain.errors import Refusal
from bot.domain.people import Member
from bot.domain.talk_tracks import TalkTrack, TrackKind
from bot.domain.understanding import Signal


class TrackField(StrEnum):
    """What can be written of an entry, in a chat or in a column of a file."""

    TITLE = "title"
    SCENE = "scene"
    TEXT = "text"
    LONG_TEXT = "long_text"
    ALIASES = "aliases"
    TAGS = "tags"
    STAGE = "stage"
    INDUSTRIES = "industries"
    TEAM = "team"
    EXPIRES_ON = "expires_on"
    SIGNALS = "signals"
    KIND = "kind"


T = TypeVar("T")

_COLON = re.compile(r"\s*[：:]\s*")
_SLASH = re.compile(r"\s*[/／]\s*|\s*\n\s*")
_COMMAS = re.compile(r"\s*[,，、;；|]\s*")
_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?(?: 0{1,2}:00(?::00)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one company for what an entry may say."""

    fields: Mapping[str, TrackField]
    """Every label of a field, in small letters."""
    signals: Mapping[str, Signal]
    stages: Mapping[str, str]
    kinds: Mapping[str, TrackKind]
    teams: frozenset[str]
    private: frozenset[str]
    """What stands for 「only me」 in place of a team."""
    everyone: frozenset[str]
    nothing: frozenset[str]
    """What empties a field."""


Written = dict[TrackField, str]


def read_new(text: str, *, vocabulary: Vocabulary) -> Written:
    """「嫌贵 / 报价谈判 / 您看的是单价…」, by slashes or in lines, with labelled lines behind."""
    free, written = split_labelled(text, vocabulary=vocabulary)
    parts = _SLASH.split(free.strip(), maxsplit=2)
    for field, part in zip((TrackField.TITLE, TrackField.SCENE, TrackField.TEXT), parts, strict=False):
        if part.strip():
            written.setdefault(field, part.strip())
    return written


def read_edit(text: str, *, vocabulary: Vocabulary) -> Written:
    """Labelled lines, and what stands before them as the new words."""
    free, written = split_labelled(text, vocabulary=vocabulary)
    if free.strip():
        written.setdefault(TrackField.TEXT, free.strip())
    return written


def split_labelled(text: str, *, vocabulary: Vocabulary) -> tuple[str, Written]:
    """What stands before the first labelled line, and each labelled field with the lines that follow it."""
    free: list[str] = []
    written: dict[TrackField, list[str]] = {}
    current = free
    for line in text.strip().splitlines():
        label, colon, rest = _split_colon(line)
        field = vocabulary.fields.get(label.lower()) if colon else None
        if field is None:
            current.append(line.strip())
        else:
            current = written.setdefault(field, [])
            current[:] = [rest.strip()]
    return "\n".join(free), {field: "\n".join(lines).strip() for field, lines in written.items()}


def _split_colon(line: str) -> tuple[str, bool, str]:
    found = _COLON.search(line)
    return (line[: found.start()].strip(), True, line[found.end() :]) if found else (line, False, "")


def apply_fields(track: TalkTrack, written: Written, *, vocabulary: Vocabulary, author: Member) -> TalkTrack:
    """The entry with what was written; raises Refusal naming the first value that nothing here has."""
    for field, raw in written.items():
        value = "" if raw in vocabulary.nothing else raw.strip()
        track = _apply(track, field, value, vocabulary=vocabulary, author=author)
    return track


def _apply(
    track: TalkTrack, field: TrackField, value: str, *, vocabulary: Vocabulary, author: Member
) -> TalkTrack:
    match field:
        case TrackField.TITLE:
            return replace(track, title=" ".join(value.split()))
        case TrackField.SCENE:
            return replace(track, scene=" ".join(value.split()))
        case TrackField.TEXT:
            return replace(track, text=tidy_lines(value))
        case TrackField.LONG_TEXT:
            return replace(track, long_text=tidy_lines(value))
        case TrackField.ALIASES:
            return replace(track, aliases=split_names(value))
        case TrackField.TAGS:
            return replace(track, tags=split_names(value))
        case TrackField.INDUSTRIES:
            return replace(track, industries=split_names(value))
        case TrackField.STAGE:
            return replace(track, stage_key=_known(value, vocabulary.stages, empty=""))
        case TrackField.KIND:
            return replace(track, kind=_known(value, vocabulary.kinds, empty=TrackKind.SAYING))
        case TrackField.SIGNALS:
            names = split_names(value)
            return replace(track, signals=frozenset(_known(name, vocabulary.signals) for name in names))
        case TrackField.EXPIRES_ON:
            return replace(track, expires_on=read_day(value) if value else None)
        case TrackField.TEAM:
            return _scope(track, value, vocabulary=vocabulary, author=author)


def _scope(track: TalkTrack, value: str, *, vocabulary: Vocabulary, author: Member) -> TalkTrack:
    if value in vocabulary.private:
        return replace(track, team="", owner_id=author.id)
    if not value or value in vocabulary.everyone:
        return replace(track, team="", owner_id=None)
    if value not in vocabulary.teams:
        known = sorted(vocabulary.teams | vocabulary.private | vocabulary.everyone)
        raise Refusal("library.no_value", value=value[:20], known=" ".join(known))
    return replace(track, team=value, owner_id=None)


def _known(value: str, known: Mapping[str, T], *, empty: T | None = None) -> T:
    if not value and empty is not None:
        return empty
    if value not in known:
        raise Refusal("library.no_value", value=value[:20], known=" ".join(known))
    return known[value]


def split_names(value: str) -> tuple[str, ...]:
    """Names parted by commas of any kind, each once."""
    return tuple(dict.fromkeys(name for name in _COMMAS.split(value.strip()) if name))


def tidy_lines(value: str) -> str:
    """The lines without blanks around them and without empty ones."""
    return "\n".join(line.strip() for line in value.strip().splitlines() if line.strip())


def read_day(value: str) -> date:
    """2026-12-31, 2026/12/31, 2026年12月31日 or a spreadsheet's midnight; raises Refusal for any other."""
    found = _DAY.fullmatch(value.strip())
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Refusal("library.no_day", value=value[:20])
