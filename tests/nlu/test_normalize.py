"""The plain form of a note and the way back to the raw text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.normalize import normalize


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("發三份報價", "发三份报价"),
        ("预算３５万，ＯＫ", "预算35万,OK"),
        ("嗯张总说呃下周", "张总说下周"),
        ("小郑小郑说可以", "小郑说可以"),
        ("然后然后他说", "然后他说"),
        ("看看那个看看", "看看那个看看"),
        ("一百一百二十", "一百一百二十"),
        ("谈了😀一下", "谈了 一下"),
    ],
)
def test_plain_form(raw: str, plain: str) -> None:
    assert normalize(raw).text == plain


@given(st.text(alphabet=st.sampled_from("嗯那个就是小郑發报，１A😀 然后"), max_size=30))
def test_every_character_knows_its_raw_place(raw: str) -> None:
    script = normalize(raw)
    assert len(script.text) == len(script.origin)
    assert list(script.origin) == sorted(set(script.origin))
    for place in range(len(script.text)):
        assert len(script.said(place, place + 1)) == 1


def test_span_covers_dropped_words_between() -> None:
    script = normalize("发嗯报价")
    assert script.said(0, 3) == "发嗯报价"
