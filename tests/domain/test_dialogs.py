"""Which button a digit presses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.dialogs import OpenCard
from bot.domain.messages import Button, Card, Option, Select

CARD = OpenCard(
    member_id=1,
    key="card:1",
    card=Card(
        title="",
        buttons=(Button(label="确认", action="a.b:1"), Button(label="修改", action="a.c:1")),
        selects=(Select(label="", action="a.d:1", options=(Option(label="三", value="3"),)),),
    ),
    opened_at=datetime(2026, 11, 19, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("digit", "action"),
    [(-1, None), (0, None), (1, "a.b:1"), (2, "a.c:1"), (3, "a.d:1=3"), (4, None), (99, None)],
)
def test_a_digit_counts_from_one(digit: int, action: str | None) -> None:
    button = CARD.press(digit)
    assert (button.action if button else None) == action
