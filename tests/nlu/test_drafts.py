"""The guidelines' JSON, and how well our own notes are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.drafts import draft_of, read_note
from tests.eval.__main__ import read_drafts, read_lines
from tests.eval.scoring import score_drafts
from tests.nlu.understanding import understand, understander

DATA = Path(__file__).parents[1] / "data"


def test_draft_unites_several_visits() -> None:
    draft = draft_of(
        understand("上午去了康联，张总要三十台。下午去了德力机械，赵总嫌贵，让我明天报价四万二。")
    )
    assert draft["customer"] == "杭州康联医疗科技有限公司"
    assert draft["contacts"] == ["张总", "赵总"]
    assert draft["amounts"] == [42000]
    assert [(action["kind"], action["due"]) for action in draft["actions"]] == [("send_quote", "2026-11-13")]


@pytest.mark.parametrize(
    "line",
    [{}, {"id": "1", "text": "x", "now": "soon"}, {"id": "1", "text": "x", "now": "2026-01-01T10:00:00"}],
)
def test_bad_line_is_refused(line: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"note line|isoformat"):
        read_note(line)


def test_own_notes_are_read_well() -> None:
    lines = read_lines(DATA / "own_notes_dev.jsonl")
    score = score_drafts(lines, read_drafts(understander(), lines))
    assert score.tallies["slots"].f1 >= 0.88
