"""Trains the second reader: `python -m tests.training [--without NAME] [--into FILE]`."""

from __future__ import annotations

import argparse
import itertools
from hashlib import sha256
from pathlib import Path
from typing import Any

import nlu.scorer
import nlu.traits
from bot.domain.understanding import ActionKind, Signal
from config.calendar import load_calendar
from nlu.scorer import MODEL, Scorer, pack_scorers
from nlu.second_reader import CLAUSE, DECIDER, OPEN
from nlu.understand import Understander
from tests.training.examples import (
    FILES,
    NOTES,
    Bag,
    clauses_noted,
    clauses_told,
    deciders_noted,
    deciders_told,
    read_lines,
)
from tests.training.fitting import Matrix, as_scorer, fit, fit_hidden
from tests.training.paradigms import write_deciders, write_deeds, write_signals

FOLDER = Path(__file__).parent
SHIPPED = Path(nlu.scorer.__file__).parent / "lexicon" / MODEL


def digest(names: list[str]) -> str:
    """A fingerprint of all that goes into a model: the paradigms, the notes, how they are read and fitted."""
    parts = [*sorted(FOLDER.glob("*.txt")), *(NOTES / f"{name}.jsonl" for name in names)]
    parts += [FOLDER / "fitting.py", FOLDER / "paradigms.py", Path(nlu.traits.__file__)]
    return sha256(b"".join(sha256(part.read_bytes()).digest() for part in parts)).hexdigest()


def train(understander: Understander, names: list[str]) -> dict[str, Scorer]:
    """The scorers from the paradigms and the annotated notes of these files."""
    lines = list(itertools.chain.from_iterable(map(read_lines, names)))
    return {CLAUSE: _train_clauses(understander, lines), DECIDER: _train_deciders(understander, lines)}


def _train_clauses(understander: Understander, lines: list[dict[str, Any]]) -> Scorer:
    bags: list[Bag] = []
    noted = list(clauses_noted(understander, lines, bags))
    signals = [*clauses_told(understander, write_signals(), 1.0), *noted]
    deeds = [*clauses_told(understander, write_deeds(), 0.1), *noted]
    matrix = Matrix.of([*signals, *deeds[: -len(noted)]])
    number_of = {id(example): number for number, example in enumerate([*signals, *deeds[: -len(noted)]])}
    models = {}
    some = matrix.only(list(range(len(signals))))
    for signal in Signal:
        models[signal.value] = fit_hidden(some, signals, bags, signal.value, strength=2.0)
    of_deeds = matrix.only([number_of[id(example)] for example in deeds])
    models[OPEN] = fit(of_deeds, [OPEN in example.labels for example in deeds], strength=0.7)
    told = [number for number, example in enumerate(deeds) if example.kinds]
    of_kinds = of_deeds.only(told)
    for kind in ActionKind:
        wanted = [kind.value in deeds[number].kinds for number in told]
        models[f"kind.{kind}"] = fit(of_kinds, wanted, strength=0.7)
    return as_scorer(matrix, models)


def _train_deciders(understander: Understander, lines: list[dict[str, Any]]) -> Scorer:
    bags: list[Bag] = []
    examples = [
        *deciders_told(understander, write_deciders(), 0.4),
        *deciders_noted(understander, lines, bags),
    ]
    matrix = Matrix.of(examples)
    return as_scorer(matrix, {"decides": fit_hidden(matrix, examples, bags, "decides", strength=1.0)})


def main() -> None:
    """Train on all files but those left out, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", action="append", default=[], help="a file of notes to leave out")
    parser.add_argument("--into", type=Path, default=SHIPPED)
    options = parser.parse_args()
    understander = Understander.load(load_calendar(2024, 2029), second_reader=False)
    names = [name for name in FILES if name not in options.without]
    options.into.write_bytes(pack_scorers(train(understander, names), made_of=digest(names)))
    print(f"{options.into}: {options.into.stat().st_size} bytes, from {', '.join(names)} and the paradigms")  # noqa: T201


if __name__ == "__main__":
    main()
