"""Topic, quote, progress, need scene, habits and the day of the visit."""

from __future__ import annotations

import pytest

from bot.domain.understanding import Field
from tests.nlu.understanding import understand, values


def test_topic_is_made_of_words_of_the_note() -> None:
    fact = understand("刚拜访完康联，张总说下周和财务碰预算，让我发三份报价。").visit.first(Field.TOPIC)
    assert fact is not None
    assert fact.value == "预算、报价"
    assert len(fact.value) <= 12


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("张总原话是“你们交货太慢”，让我明天过去", "你们交货太慢"),
        ("「再贵我就找别家」，李工说的", "再贵我就找别家"),
        ("张总说下周和财务碰预算，让我发三份报价", "下周和财务碰预算"),
    ],
)
def test_quote_is_exact(text: str, quote: str) -> None:
    assert values(understand(text).visit, Field.QUOTE) == [quote]


@pytest.mark.parametrize(
    ("text", "field", "key"),
    [
        ("张总同意试用三个月", Field.PROGRESS, "trial_agreed"),
        ("张总说预算大概三十万", Field.PROGRESS, "budget_range"),
        ("最后要过董事会", Field.PROGRESS, "decision_process"),
        ("约了他们董事长和我们王总见面", Field.PROGRESS, "senior_meeting"),
        ("他们采购成本太高", Field.NEED_SCENE, "cost"),
        ("上一家交货慢，老断货", Field.NEED_SCENE, "delivery"),
        ("审计不过关，合规压力大", Field.NEED_SCENE, "compliance"),
        ("张总每周三下午有空", Field.HABIT, "每周三下午有空"),
        ("他们只认纸质验收单", Field.HABIT, "只认纸质验收单"),
        ("昨天拜访了康联，聊了聊需求", Field.EVENT_ON, "2026-11-11"),
    ],
)
def test_field_is_found(text: str, field: Field, key: str) -> None:
    assert key in values(understand(text).visit, field)


def test_day_of_today_is_not_said() -> None:
    assert values(understand("今天拜访了康联").visit, Field.EVENT_ON) == []
