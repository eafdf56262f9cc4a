"""The demo's story as data: who does what, and what must be seen then."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STORY = Path(__file__).parent / "story.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A message that `who` must see within `seconds`: with all of `words` and none of `without`."""

    who: str
    words: tuple[str, ...]
    without: tuple[str, ...] = ()
    seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that somebody does, and what is seen then.

    `say` a text, `voice` a sample's id, `press` a label on the newest card that has it, `file` a name with
    its `content`, or `clock` hours to go forward (or `next`). `nothing_more`: nobody else sees anything
    new.
    """

    title: str
    who: str
    name: str
    expect: tuple[Expectation, ...] = ()
    say: str = ""
    voice: str = ""
    press: str = ""
    file: str = ""
    content: str = ""
    clock: str = ""
    nothing_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The whole play; `people` maps accounts to names."""

    people: dict[str, str]
    steps: tuple[Step, ...]


def load_story(path: Path = STORY) -> Story:
    """Read the story."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    people: dict[str, str] = table["people"]
    return Story(people=people, steps=tuple(_read_step(step, people) for step in table["steps"]))


def _read_step(step: dict[str, Any], people: dict[str, str]) -> Step:
    expect = tuple(_read_expectation(each, step["who"]) for each in step.pop("expect", ()))
    return Step(**step, name=people[step["who"]], expect=expect)


def _read_expectation(table: dict[str, Any], who: str) -> Expectation:
    words, without = table.pop("words"), table.pop("without", ())
    return Expectation(**{"who": who, **table}, words=tuple(words), without=tuple(without))
