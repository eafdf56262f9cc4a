"""Texts are cut and split inside WeCom's limits, and nothing that belongs together is torn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.texts import MAX_BYTES, cut, size_of, split_text

LINK = '<a href="https://crm.example.com/d/42">打开记录</a>'


@pytest.mark.parametrize(
    ("text", "characters", "expected"),
    [
        ("发送报价", 4, "发送报价"),
        ("发送报价三份", 4, "发送报…"),
        ("ok 👨‍👩‍👧 好", 6, "ok…"),
        ("cafe\u0301s", 5, "caf…"),
        ("👍🏽👍🏽👍🏽", 4, "👍🏽…"),
        ("", 3, ""),
    ],
)
def test_cut_keeps_characters_whole(text: str, characters: int, expected: str) -> None:
    assert cut(text, characters) == expected


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("短", 2048, ["短"]),
        ("", 2048, []),
        (" \n ", 2048, []),
        ("第一句话。第二句话。", 20, ["第一句话。", "第二句话。"]),
        ("一二三四\n五六七八", 20, ["一二三四", "五六七八"]),
        ("没有标点的一长串字", 12, ["没有标点", "的一长串", "字"]),
        ("他说「可以。」然后走了", 24, ["他说「可以。」", "然后走了"]),
        ("甲乙丙，丁戊己庚", 18, ["甲乙丙，", "丁戊己庚"]),
        ("看这里 https://a.example/b/c 好", 24, ["看这里", "https://a.example/b/c", "好"]),
    ],
)
def test_parts_end_where_sentences_end(text: str, limit: int, parts: list[str]) -> None:
    assert split_text(text, limit=limit) == parts


def test_links_stay_whole() -> None:
    text = "好" * 670 + LINK + "再见。"
    assert [LINK in part for part in split_text(text)] == [False, True]


@given(st.text(max_size=3000), st.integers(min_value=40, max_value=MAX_BYTES))
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int) -> None:
    parts = split_text(text, limit=limit)
    assert all(0 < size_of(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
