"""The scorer by hand-counted notes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.eval.scoring import score_drafts

EMPTY: dict[str, Any] = {
    "customer": None, "contacts": [], "decision_makers": [], "actions": [], "competitors": [], "signals": [],
    "amounts": [],
}  # fmt: skip
LEXICON = {"customers": [["康联医疗有限公司", "康联"]], "competitors": [["迈瑞医疗", "迈瑞"]]}


def note(**gold: Any) -> list[dict[str, Any]]:
    return [{"id": "1", "text": "", "lexicon": LEXICON, "gold": {**EMPTY, **gold}}]


def quote(text: str, due: str | None) -> dict[str, Any]:
    return {"kind": "send_quote", "text": text, "due": due}


def test_empty_draft_of_empty_note_is_perfect() -> None:
    score = score_drafts(note(), {"1": EMPTY})
    assert dict(score.rows())["field accuracy"] == 1.0
    assert score.untouched == 1


@pytest.mark.parametrize("given", ["康联", "康联医疗有限公司", "康联医疗"])
def test_customer_counts_by_alias_and_without_its_form(given: str) -> None:
    assert score_drafts(note(customer="康联医疗有限公司"), {"1": {"customer": given}}).customers_right == (
        given != "康联医疗"
    )


def test_actions_match_by_kind_and_half_of_the_words() -> None:
    gold = note(actions=[quote("发三份报价", "2026-11-20")])
    right = score_drafts(gold, {"1": {"actions": [quote("报价", "2026-11-20")]}})
    assert (right.tallies["actions"].f1, right.dues_right) == (1.0, 1)
    late = score_drafts(gold, {"1": {"actions": [quote("发三份报价", None)]}})
    assert (late.tallies["actions"].f1, late.dues_right) == (1.0, 0)
    other = score_drafts(gold, {"1": {"actions": [quote("寄样品", "2026-11-20")]}})
    assert other.tallies["actions"].f1 == 0.0


def test_slots_pool_every_value_and_dues_of_their_own() -> None:
    gold = note(customer="康联", contacts=["张总"], actions=[quote("发报价", "2026-11-20")])
    score = score_drafts(gold, {"1": {"customer": "康联", "contacts": ["李总"]}})
    slots = score.tallies["slots"]
    assert (slots.right, slots.given, slots.wanted) == (1, 2, 4)


def test_competitor_alias_and_amount_forms_are_one() -> None:
    gold = note(competitors=["迈瑞医疗"], amounts=[2.1])
    score = score_drafts(gold, {"1": {"competitors": ["迈瑞"], "amounts": [2.10]}})
    assert score.tallies["competitors"].f1 == score.tallies["amounts"].f1 == 1.0
