"""Transcripts are mended where a person, a day or a word of the trade is meant; plain speech stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.speech_mending import mend_transcript
from nlu.tokens import load_words
from tests.nlu.test_homophones_at_work import CLEAN

MEANT = {
    "宏锐的照公打电话来说": "宏锐的赵工打电话来说",
    "新来的好总说，价格可以": "新来的郝总说，价格可以",
    "他们采购汪经历问交期": "他们采购汪经理问交期",
    "物流部的老堂说运费贵": "物流部的老唐说运费贵",
    "供应商的宁解说要比价": "供应商的宁姐说要比价",
    "护士长秋姐书价格没问题": "护士长秋姐说价格没问题",
    "让我周三钱把河同送过去": "让我周三前把合同送过去",
    "财务部还没签子": "财务部还没签字",
    "我下周二下午，两点过去演示": "我下周二下午两点过去演示",
    "恩今天去了康联": "嗯今天去了康联",
    "让我五亿前把样品寄到": "让我五一前把样品寄到",
}
AS_IT_STANDS = (
    "他们的理解跟我们不一样",
    "这个项目他经历了三年",
    "副总说可以，老总还没点头",
    "工厂那边说这周排满了",
    "汇总一下发给我",
    "小于十台就不打折",
    "我们的总价是二十万",
    "周三钱包丢了",
    "他说要求收货后三十天付款",
    "张总说书面确认就行",
    "跟台工程师过去看看",
    "王主任书记都在",
)


@pytest.mark.parametrize(("heard", "meant"), MEANT.items())
def test_what_sounds_like_a_person_or_a_term_is_mended(heard: str, meant: str) -> None:
    assert mend_transcript(heard, load_words()) == meant


@pytest.mark.parametrize("text", AS_IT_STANDS)
def test_plain_speech_stays(text: str) -> None:
    assert mend_transcript(text, load_words()) == text


def test_clean_sentences_stay_but_for_one_in_two_hundred() -> None:
    changed = [text for text in CLEAN if mend_transcript(text, load_words()) != text]
    assert len(changed) <= len(CLEAN) // 200, changed


@given(st.text(alphabet="康联张总工程师说让我周三钱前，。恩老小书经历理 ab1\n😀", max_size=60))
def test_no_text_grows(text: str) -> None:
    assert len(mend_transcript(text, load_words())) <= len(text)
