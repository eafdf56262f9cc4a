"""The trained second reader: what it is made of, what it hears beyond the rules, that it invents nothing."""

from __future__ import annotations

import pytest

from bot.domain.understanding import Field, Signal
from config.calendar import load_calendar
from nlu.scorer import Scorer, load_scorers, pack_scorers, read_made_of, row_of, unpack_scorers
from nlu.second_reader import CLAUSE, DECIDER, SecondReader
from nlu.understand import Understander
from tests.nlu.understanding import LEXICON, NOW, deeds, understand, values
from tests.training.__main__ import SHIPPED, digest
from tests.training.examples import FILES

SCORER = Scorer(
    labels=("budget", "price"),
    rows={"贵": row_of([-2, 100]), "没钱": row_of([127, -127])},
    step=(0.01, 0.02),
    bias=(-1.0, -1.0),
)


def test_known_traits_add_up_and_unknown_ones_say_nothing() -> None:
    both, unknown, none = SCORER.score([{"贵", "没钱", "天气"}, {"天气"}, set()])
    assert both == pytest.approx([0.25, -1.54])
    assert unknown == none == [-1.0, -1.0]


def test_nothing_to_score_gives_no_rows() -> None:
    assert SCORER.score([]) == []


def test_the_longest_note_overflows_no_lane() -> None:
    rows = {str(number): row_of([127, -127]) for number in range(60_000)}
    many = Scorer(labels=("budget", "price"), rows=rows, step=(1.0, 1.0), bias=(0.0, 0.0))
    assert many.score([rows]) == [[127 * 60_000, -127 * 60_000]]


def test_a_model_is_read_as_it_was_written() -> None:
    packed = pack_scorers({"clause": SCORER, "decider": SCORER}, made_of="tests")
    assert unpack_scorers(packed) == {"clause": SCORER, "decider": SCORER}
    assert read_made_of(packed) == "tests"


def test_the_shipped_model_is_made_of_the_paradigms_and_notes_of_this_repository() -> None:
    packed = SHIPPED.read_bytes()
    assert len(packed) < 2_000_000
    assert read_made_of(packed) == digest(list(FILES)), "run `make train`"


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("张总说勒紧裤腰带过日子，一分钱都不让花", Signal.BUDGET),
        ("李工说这价钱硬得很", Signal.PRICE),
        ("张总说没接触过我们公司", Signal.TRUST),
        ("李工说备件要等半个月", Signal.SERVICE),
        ("李工说半夜坏了找谁", Signal.SERVICE),
    ],
)
def test_a_wording_that_no_rule_knows_is_heard(text: str, signal: Signal) -> None:
    rules = Understander.load(load_calendar(2025, 2027), second_reader=False)
    assert signal not in rules.understand(text, now=NOW, lexicon=LEXICON).visit.signals()
    assert signal in understand(text).visit.signals()


def test_what_it_adds_stands_in_the_note() -> None:
    text = "张总说勒紧裤腰带过日子，一分钱都不让花，让我明天给他个实数，最后他们水务集团会签才算"
    visit = understand(text).visit
    assert visit.facts
    assert visit.actions
    for value in (*visit.facts, *visit.actions):
        assert text[value.span.start : value.span.end]
    for fact in visit.facts:
        assert fact.said == text[fact.span.start : fact.span.end]


def test_a_deed_called_off_later_is_not_brought_back() -> None:
    assert deeds(understand("本来让我明天过去，后来说不用去了").visit) == []


def test_who_has_decided_already_is_not_waited_for() -> None:
    assert values(understand("试吃委员会通过了").visit, Field.DECISION_MAKER) == []


def test_both_scorers_are_shipped() -> None:
    assert set(load_scorers()) == {CLAUSE, DECIDER}
    assert SecondReader.load()
