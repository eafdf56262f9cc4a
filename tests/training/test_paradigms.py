"""The paradigms are well formed: slots have fillings, headings are labels, one seed draws one text."""

from __future__ import annotations

import re

from bot.domain.understanding import ActionKind, Signal
from tests.training.paradigms import Writer, read_sections, write_deciders, write_deeds, write_signals

PARADIGMS = ("signals", "deeds", "frames", "deciders")


def test_every_slot_has_fillings() -> None:
    known = set(Writer(0).fillings) | {"x"}
    for name in PARADIGMS:
        for lines in read_sections(name).values():
            for line in lines:
                assert set(re.findall(r"\{(\w+)\}", line)) <= known, line


def test_brackets_are_closed_and_never_nested() -> None:
    for name in PARADIGMS:
        for lines in read_sections(name).values():
            for line in lines:
                assert "(" not in re.sub(r"\([^()]*\)", "", line), line


def test_every_heading_is_a_label() -> None:
    assert {label for heading in read_sections("signals") for label in heading.split()} == {*Signal, "none"}
    assert set(read_sections("deeds")) == set(ActionKind)


def test_one_seed_draws_the_same_sentences() -> None:
    for write in (write_signals, write_deeds, write_deciders):
        first, again = list(write()), list(write())
        assert first == again
        assert all(told.text[told.start : told.end] for told in first)
        assert not any("{" in told.text or "|" in told.text for told in first)
