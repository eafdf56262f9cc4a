"""Scores drafts against gold notes by the section on scoring of the annotation guidelines."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

SETS = ("contacts", "decision_makers", "competitors", "signals", "amounts")
FIELDS = ("customer", *SETS, "actions")
FORMS = ("股份有限公司", "有限责任公司", "有限公司", "股份", "集团", "公司")

Row = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """How many values were right, given and wanted."""

    right: int = 0
    given: int = 0
    wanted: int = 0

    def add(self, right: int, given: int, wanted: int) -> None:
        """Count one note."""
        self.right += right
        self.given += given
        self.wanted += wanted

    @property
    def precision(self) -> float:
        """Share of the given values that are right; 1 where none was given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the wanted values that were found; 1 where none was wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Verdict:
    """One note's wrong fields, for reading: field → (gold, given)."""

    id: str
    text: str
    wrong: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Score:
    """The measures over all notes."""

    notes: int = 0
    tallies: dict[str, Tally] = field(
        default_factory=lambda: {name: Tally() for name in (*SETS, "actions", "slots")}
    )
    fields_right: int = 0
    customers_right: int = 0
    dues_right: int = 0
    dues: int = 0
    untouched: int = 0
    verdicts: list[Verdict] = field(default_factory=list)

    def rows(self) -> list[tuple[str, float]]:
        """Measure and value, the headline first."""
        count = max(self.notes, 1)
        return [
            ("slots F1", self.tallies["slots"].f1),
            ("slots precision", self.tallies["slots"].precision),
            ("slots recall", self.tallies["slots"].recall),
            ("field accuracy", self.fields_right / (count * len(FIELDS))),
            ("zero-edit rate", self.untouched / count),
            ("customer accuracy", self.customers_right / count),
            ("due accuracy", self.dues_right / self.dues if self.dues else 1.0),
            *((f"{name} F1", self.tallies[name].f1) for name in ("actions", *SETS)),
        ]


def score_drafts(gold: Iterable[Row], drafts: Mapping[str, Row]) -> Score:
    """The score of all notes; a note without a draft counts as an empty draft."""
    score = Score()
    for note in gold:
        _score_note(score, note, drafts.get(note["id"], {}))
    return score


def _score_note(score: Score, note: Row, draft: Row) -> None:
    gold, lexicon = note["gold"], note.get("lexicon", {})
    right = {"customer": _customer(gold["customer"], lexicon) == _customer(draft.get("customer"), lexicon)}
    slots = score.tallies["slots"]
    slots.add(
        bool(gold["customer"]) and right["customer"], bool(draft.get("customer")), bool(gold["customer"])
    )
    for name in SETS:
        wanted, given = _values(name, gold[name], lexicon), _values(name, draft.get(name), lexicon)
        right[name] = wanted == given
        for tally in (score.tallies[name], slots):
            tally.add(len(wanted & given), len(given), len(wanted))
    actions = [action for action in draft.get("actions") or () if action.get("text")]
    pairs = _pair_actions(gold["actions"], actions)
    same = [(a, b) for a, b in pairs if _due(a) == _due(b)]
    for tally in (score.tallies["actions"], slots):
        tally.add(len(pairs), len(actions), len(gold["actions"]))
    slots.add(
        sum(_due(a) is not None for a, _ in same),
        sum(_due(a) is not None for a in actions),
        sum(_due(a) is not None for a in gold["actions"]),
    )
    right["actions"] = len(same) == len(pairs) == len(actions) == len(gold["actions"])
    score.notes += 1
    score.dues += len(pairs)
    score.dues_right += len(same)
    score.customers_right += right["customer"]
    score.fields_right += sum(right.values())
    score.untouched += all(right[name] for name in ("customer", "contacts", "decision_makers", "actions"))
    wrong = {name: (gold[name], draft.get(name)) for name in FIELDS if not right[name]}
    if wrong:
        score.verdicts.append(Verdict(note["id"], note["text"], wrong))


def plain(value: object) -> str:
    """Without white space, punctuation and controls, full-width forms unified, in lower case."""
    folded = unicodedata.normalize("NFKC", str(value))
    return "".join(c for c in folded if unicodedata.category(c)[0] not in "ZPC").lower()


def _customer(value: str | None, lexicon: Row) -> str | None:
    if not value:
        return None
    name = plain(value)
    for names in lexicon.get("customers", ()):
        if name in {plain(known) for known in names}:
            return plain(names[0])
    while form := next((form for form in FORMS if name.endswith(form)), ""):
        name = name.removesuffix(form)
    return name


def _values(name: str, values: Iterable[Any] | None, lexicon: Row) -> set[str]:
    if name == "amounts":
        return {f"{float(value):.2f}" for value in values or ()}
    canonical = {}
    if name == "competitors":
        canonical = {plain(n): plain(names[0]) for names in lexicon.get("competitors", ()) for n in names}
    return {canonical.get(plain(value), plain(value)) for value in values or ()}


def _due(action: Row) -> str | None:
    return str(action["due"])[:16] if action.get("due") else None


def _pair_actions(gold: list[Row], given: list[Row]) -> list[tuple[Row, Row]]:
    """Pairs of one kind whose texts share half of the shorter one's characters, the best first."""
    chances = [
        (_shared(a["text"], b["text"]), _due(a) == _due(b), i, j)
        for i, a in enumerate(gold)
        for j, b in enumerate(given)
        if a["kind"] == b.get("kind")
    ]
    pairs: dict[int, int] = {}
    for share, _, i, j in sorted(chances, reverse=True):
        if share >= 0.5 and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(gold[i], given[j]) for i, j in pairs.items()]


def _shared(one: str, other: str) -> float:
    short, long = sorted((plain(one), plain(other)), key=len)
    common = (Counter(short) & Counter(long)).total()
    return common / len(short) if short else 0.0
