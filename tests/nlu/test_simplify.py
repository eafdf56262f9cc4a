"""Characters are simplified in place."""

from __future__ import annotations

import pytest

from nlu.simplify import simplify


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("拜訪客戶，報價八十萬", "拜访客户，报价八十万"),
        ("客户说『交期太长』和「太贵」", "客户说『交期太长』和「太贵」"),
        ("plain ASCII", "plain ASCII"),
        ("", ""),
    ],
)
def test_characters_change_and_marks_stay(text: str, simple: str) -> None:
    """Traditional characters become simplified, quotation marks stay as written."""
    assert simplify(text) == simple


def test_length_never_changes() -> None:
    """Spans of the raw text hold in the simplified one, also for words that convert to longer ones."""
    text = "記憶體、滑鼠、計程車、義大利、電腦軟體的介面"
    assert len(simplify(text)) == len(text)
