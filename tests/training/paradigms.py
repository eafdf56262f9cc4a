"""Writes sentences out of the paradigms beside this file: every choice and filling drawn from one seed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent
_CHOICE = re.compile(r"\(([^()]*)\)(\?)?")
_SLOT = re.compile(r"\{(\w)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One sentence: `text[start:end]` is what `labels` are about; `kind` says what stands there."""

    text: str
    start: int
    end: int
    labels: frozenset[str]
    kind: str = ""


def read_sections(name: str) -> dict[str, list[str]]:
    """The lines of a paradigm file under their headings."""
    sections: dict[str, list[str]] = defaultdict(list)
    heading = ""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip()[1:-1]
        elif line.strip() and not line.startswith("#"):
            sections[heading].append(line.strip())
    return sections


class Writer:
    """Draws sentences; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.fillings = {slot: lines[0].split() for slot, lines in read_sections("fillings").items()}

    def expand(self, line: str, most: int) -> list[str]:
        """Up to `most` different choices of a line, slots still open."""
        drawn = {self._choose(line) for _ in range(most * 2)}
        return sorted(drawn)[:: max(1, len(drawn) // most)][:most]

    def _choose(self, line: str) -> str:
        def pick(match: re.Match[str]) -> str:
            return self._random.choice([*match[1].split("|"), *([""] if match[2] else [])])

        return _CHOICE.sub(pick, line)

    def fill(self, text: str) -> str:
        """The text with every slot but {x} filled."""
        return _SLOT.sub(
            lambda match: match[0] if match[1] == "x" else self._random.choice(self.fillings[match[1]]), text
        )

    def pick(self, slot: str) -> str:
        """One filling."""
        return self._random.choice(self.fillings[slot])

    def line(self, lines: list[str]) -> str:
        """One line, chosen and filled."""
        return self.fill(self._choose(self._random.choice(lines)))

    def lead(self, name: str) -> str:
        """What may stand before or after a sentence: mostly nothing."""
        return self._random.choice(["", "", "", *self.fillings[name]])


def write_signals(most: int = 20) -> Iterator[Told]:
    """Clauses that show a signal, and such that show none."""
    writer = Writer(11)
    for heading, lines in read_sections("signals").items():
        labels = frozenset() if heading == "none" else frozenset(heading.split())
        for line in lines:
            for words in writer.expand(line, most):
                lead, said = writer.lead("before"), writer.fill(words)
                yield Told(text=lead + said, start=len(lead), end=len(lead + said), labels=labels)


def write_deeds(open_most: int = 26, shut_most: int = 13) -> Iterator[Told]:
    """Deeds in the frames that make them ours to do, and in those that do not."""
    writer = Writer(13)
    frames = read_sections("frames")
    for kind, lines in read_sections("deeds").items():
        for line in lines:
            for state, most in (("open", open_most), ("shut", shut_most)):
                for words in writer.expand(line, most):
                    deed = writer.fill(words)
                    head, _, tail = writer.line(frames[state]).partition("{x}")
                    head = writer.lead("aside") + head
                    text = head + deed + tail + writer.lead("after")
                    labels = frozenset({"open"} if state == "open" else ())
                    yield Told(text=text, start=len(head), end=len(head + deed), labels=labels, kind=kind)


def write_deciders(most: int = 40) -> Iterator[Told]:
    """Names in the frames that make them deciders, and in those that do not."""
    writer = Writer(17)
    for state, lines in read_sections("deciders").items():
        for line in lines:
            for words in writer.expand(line, most):
                head, _, tail = writer.fill(words).partition("{x}")
                head = writer.lead("before") + head
                name = writer.pick(writer.pick("decider"))
                labels = frozenset({"decides"} if state == "decides" else ())
                text = head + name + tail + writer.lead("after")
                yield Told(text=text, start=len(head), end=len(head + name), labels=labels)
