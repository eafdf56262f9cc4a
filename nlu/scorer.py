"""A trained linear scorer: sums of whole weights over traits, the same on every machine."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

MODEL = "second_reader.model"
"""Written by `python -m tests.training`; lies beside the word lists."""

_LANE = 3
"""Bytes of one label's sum: room for the traits of the longest note in one clause."""
_ZERO = 128
"""What stands for a weight of nothing, so that no lane ever borrows from the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """For each label a log-odds: `bias` plus the weights of the known traits, in steps of `step`.

    `rows` has the weights of a trait for all labels side by side in one whole number, added up in one go.
    """

    labels: tuple[str, ...]
    rows: Mapping[str, int]
    step: tuple[float, ...]
    bias: tuple[float, ...]

    def score(self, several: Sequence[Iterable[str]]) -> list[list[float]]:
        """A row a set of traits, a column a label; traits never seen in training say nothing."""
        return [self._score(traits) for traits in several]

    def _score(self, traits: Iterable[str]) -> list[float]:
        known = list(filter(None, map(self.rows.get, traits)))
        lanes = sum(known).to_bytes(_LANE * len(self.labels), "little")
        nothing = _ZERO * len(known)
        sums = zip(lanes[::_LANE], lanes[1::_LANE], lanes[2::_LANE], self.step, self.bias, strict=True)
        return [
            (low + 256 * mid + 65_536 * high - nothing) * step + bias for low, mid, high, step, bias in sums
        ]


def row_of(weights: Iterable[int]) -> int:
    """The weights of one trait, each from -127 to 127, as one number of `Scorer.rows`."""
    return int.from_bytes(_spread(bytes(weight + _ZERO for weight in weights)), "little")


def _spread(lows: bytes) -> bytes:
    """Each byte as the lowest of a lane."""
    lanes = bytearray(_LANE * len(lows))
    lanes[::_LANE] = lows
    return bytes(lanes)


def load_scorers() -> dict[str, Scorer]:
    """The scorers of the shipped model by name."""
    return unpack_scorers(files("nlu").joinpath("lexicon", MODEL).read_bytes())


def pack_scorers(scorers: Mapping[str, Scorer], *, made_of: str) -> bytes:
    """The scorers as one compressed file; `made_of` tells what they were trained on."""
    head = {
        "made_of": made_of,
        "scorers": {
            name: {
                "labels": scorer.labels, "step": scorer.step, "bias": scorer.bias, "traits": list(scorer.rows)
            }
            for name, scorer in scorers.items()
        },
    }  # fmt: skip
    weights = b"".join(
        row.to_bytes(_LANE * len(scorer.labels), "little")[::_LANE]
        for scorer in scorers.values()
        for row in scorer.rows.values()
    )
    return zlib.compress(json.dumps(head, ensure_ascii=False).encode() + b"\n" + weights, 9)


def unpack_scorers(packed: bytes) -> dict[str, Scorer]:
    """What `pack_scorers` wrote."""
    line, _, weights = zlib.decompress(packed).partition(b"\n")
    scorers, done = {}, 0
    for name, told in json.loads(line)["scorers"].items():
        wide = len(told["labels"])
        lanes = _spread(weights[done : done + wide * len(told["traits"])])
        done += wide * len(told["traits"])
        rows = {
            trait: int.from_bytes(lanes[start : start + _LANE * wide], "little")
            for trait, start in zip(told["traits"], range(0, len(lanes), _LANE * wide), strict=True)
        }
        scorers[name] = Scorer(
            labels=tuple(told["labels"]), rows=rows, step=tuple(told["step"]), bias=tuple(told["bias"])
        )
    return scorers


def read_made_of(packed: bytes) -> str:
    """What `pack_scorers` was told of where the scorers come from."""
    return str(json.loads(zlib.decompress(packed).partition(b"\n")[0])["made_of"])
