"""A trained linear scorer: sums of whole weights over traits, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

MODEL = "second_reader.npz"
"""Written by `python -m tests.training`; lies beside the word lists."""


_MADE_OF = "made_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """For each label a log-odds: `bias` plus the weights of the known traits, in steps of `step`."""

    labels: tuple[str, ...]
    rows: dict[str, int]
    weights: NDArray[np.int8]
    step: NDArray[np.float32]
    bias: NDArray[np.float32]

    def score(self, several: Sequence[Iterable[str]]) -> NDArray[np.float32]:
        """A row a set of traits, a column a label; traits never seen in training say nothing."""
        row_of = self.rows.get
        known: list[int] = []
        starts: list[int] = []
        for traits in several:
            starts.append(len(known))
            known.append(0)  # keeps every stretch from being empty; taken off again below
            known += [row for trait in traits if (row := row_of(trait)) is not None]
        if not starts:
            return np.empty((0, len(self.labels)), dtype=np.float32)
        sums = np.add.reduceat(self.weights[known], starts, axis=0, dtype=np.int32) - self.weights[0]
        scores: NDArray[np.float32] = (sums * self.step + self.bias).astype(np.float32)
        return scores


def load_scorers() -> dict[str, Scorer]:
    """The scorers of the shipped model by name."""
    return unpack_scorers(files("nlu").joinpath("lexicon", MODEL).read_bytes())


def pack_scorers(scorers: dict[str, Scorer], *, made_of: str) -> bytes:
    """The scorers as one compressed file; `made_of` tells what they were trained on."""
    arrays: dict[str, NDArray[np.generic]] = {_MADE_OF: np.array(made_of)}
    for name, scorer in scorers.items():
        arrays[f"{name}.labels"] = np.array(scorer.labels)
        traits = "\n".join(sorted(scorer.rows, key=scorer.rows.__getitem__))
        arrays[f"{name}.traits"] = np.frombuffer(traits.encode(), dtype=np.uint8)
        arrays[f"{name}.step"] = scorer.step
        arrays[f"{name}.bias"] = scorer.bias
        arrays[f"{name}.weights"] = scorer.weights
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def unpack_scorers(packed: bytes) -> dict[str, Scorer]:
    """What `pack_scorers` wrote."""
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        names = sorted({key.split(".")[0] for key in arrays.files if key != _MADE_OF})
        return {
            name: Scorer(
                labels=tuple(str(label) for label in arrays[f"{name}.labels"]),
                rows={
                    trait: row
                    for row, trait in enumerate(arrays[f"{name}.traits"].tobytes().decode().split("\n"))
                },
                weights=arrays[f"{name}.weights"],
                step=arrays[f"{name}.step"],
                bias=arrays[f"{name}.bias"],
            )
            for name in names
        }


def read_made_of(packed: bytes) -> str:
    """What `pack_scorers` was told of where the scorers come from."""
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        return str(arrays[_MADE_OF])
