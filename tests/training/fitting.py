"""Fits the scorers: one logistic regression a label; where in a note a label belongs is found by turns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlu.scorer import Scorer, row_of
from tests.training.examples import Bag, Example

LEAST_SEEN = 2
"""Traits seen less often are left out."""
_TURNS = 3
_NEGLIGIBLE = 0.1
"""Weights smaller than this, for every label, are not shipped."""


class Matrix:
    """Examples as rows of ones over the traits that are seen often enough."""

    def __init__(self, rows: csr_matrix, weights: np.ndarray, traits: list[str]) -> None:
        self.rows, self.weights, self.traits = rows, weights, traits

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Matrix:
        """Count the traits, then lay out the rows."""
        seen = Counter(trait for example in examples for trait in example.traits)
        traits = sorted(trait for trait, count in seen.items() if count >= LEAST_SEEN)
        column = {trait: number for number, trait in enumerate(traits)}
        known = [sorted(column[t] for t in example.traits if t in column) for example in examples]
        ends = np.cumsum([0, *map(len, known)])
        cells = np.concatenate([np.array(row, dtype=np.int64) for row in known])
        rows = csr_matrix((np.ones(len(cells)), cells, ends), shape=(len(known), len(traits)))
        return cls(rows, np.array([example.weight for example in examples]), traits)

    def only(self, numbers: Sequence[int]) -> Matrix:
        """Some of the rows, in that order."""
        picked = np.array(numbers)
        return Matrix(self.rows[picked], self.weights[picked], self.traits)


def fit(matrix: Matrix, wanted: Sequence[bool], *, strength: float) -> LogisticRegression:
    """One label, `wanted` of every row; larger `strength` trusts the examples more."""
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=60, random_state=0)
    return model.fit(matrix.rows, np.array(wanted), sample_weight=matrix.weights)


def fit_hidden(
    matrix: Matrix, examples: Sequence[Example], bags: Sequence[Bag], label: str, *, strength: float
) -> LogisticRegression:
    """A label of which, for some notes, only the note is known: its likeliest clause is taken, by turns."""
    wanted = np.array([label in example.labels for example in examples])
    used = np.ones(len(examples), dtype=bool)
    members: dict[int, list[int]] = defaultdict(list)
    for number, example in enumerate(examples):
        if example.bag >= 0 and label in bags[example.bag].shown:
            used[number] = wanted[number]
            if label in bags[example.bag].lost:
                members[example.bag].append(number)
    for turn in range(_TURNS):
        model = fit(matrix.only(np.flatnonzero(used)), wanted[used], strength=strength)
        if not members or turn == _TURNS - 1:
            break
        for rows in members.values():
            wanted[rows], used[rows] = False, False
            best = rows[int(np.argmax(model.decision_function(matrix.rows[rows])))]
            wanted[best], used[best] = True, True
    return model


def as_scorer(matrix: Matrix, models: dict[str, LogisticRegression]) -> Scorer:
    """The models as one scorer in whole steps, without the traits that say next to nothing."""
    weights = np.stack([model.coef_[0] for model in models.values()], axis=1).astype(np.float32)
    kept = np.flatnonzero(np.abs(weights).max(axis=1) >= _NEGLIGIBLE)
    step = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    whole = np.rint(weights[kept] / step).astype(int)
    return Scorer(
        labels=tuple(models),
        rows={matrix.traits[place]: row_of(row) for place, row in zip(kept, whole.tolist(), strict=True)},
        step=tuple(round(float(one), 9) for one in step),
        bias=tuple(round(float(model.intercept_[0]), 6) for model in models.values()),
    )
