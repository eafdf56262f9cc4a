"""The benchmark counts and prints rightly: percentiles, digits, what of the document it rewrites."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import BENCHES, DOCUMENT, put_between_marks
from tests.bench.figures import Figure, amount, as_markdown, percentile, spread
from tests.bench.understanding import read_notes


@pytest.mark.parametrize(
    ("part", "value"), [(0.01, 1), (0.5, 50), (0.95, 95), (0.99, 99), (0.999, 100), (1.0, 100)]
)
def test_percentile_is_what_so_many_do_not_exceed(part: float, value: int) -> None:
    assert percentile(list(range(100, 0, -1)), part) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (0.0512, "0.051"), (3.14159, "3.14"), (31.4159, "31.4"), (567.4, "567"), (4061.2, "4,061")],
)
def test_amount_has_three_digits_that_matter(value: float, words: str) -> None:
    assert amount(value) == words


def test_figure_stands_beside_its_baseline() -> None:
    figures = spread(
        "note", [0.2, 0.1, 0.3], parts=(0.5,), goals=("≤ 9 ms",), baseline=[0.1], baseline_name="echo"
    )
    assert as_markdown(figures).splitlines()[2] == "| note, p50 | 200 ms | ≤ 9 ms | 100 ms (echo) | 2.00 |"


def test_figure_without_baseline_leaves_its_cells_empty() -> None:
    assert Figure(name="lost", value=0, unit="", goal="0").cells() == ("lost", "0", "0", "", "")


def test_only_what_is_between_the_marks_is_rewritten() -> None:
    text = "# Title\n<!-- measured -->\nold\n<!-- /measured -->\nend\n"
    assert put_between_marks(text, "new\\1") == (
        "# Title\n<!-- measured -->\nnew\\1\n<!-- /measured -->\nend\n"
    )


def test_document_has_the_marks() -> None:
    assert "a new table" in put_between_marks(DOCUMENT.read_text(encoding="utf-8"), "a new table")


def test_there_are_notes_to_understand() -> None:
    assert len(read_notes()) >= 50


def test_document_names_every_bench() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [name for name in BENCHES if f"`{name}`" not in text] == []
