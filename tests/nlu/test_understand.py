"""Whole notes: of one customer, of several, what is corrected, and that nothing is ever invented."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.understanding import Field, Intent, Lexicon, Signal, Understanding
from tests.nlu.understanding import deeds, understand, values

STORY = "刚拜访完杭州康联，张总说下周和财务碰预算，让我发三份报价。"


def test_story_note_is_read_whole() -> None:
    visit = understand(STORY).visit
    assert values(visit, Field.CUSTOMER) == ["杭州康联医疗科技有限公司"]
    assert values(visit, Field.CONTACT) == ["张总"]
    assert values(visit, Field.DECISION_MAKER) == ["财务"]
    assert visit.signals() == {Signal.INTENT, Signal.BUDGET}
    (action,) = visit.actions
    assert (action.kind, action.text, action.quantity) == ("send_quote", "发三份报价", "三份")
    assert action.due is not None
    assert (action.due.iso(), action.due.said, action.due.inferred) == ("2026-11-22", "下周", True)


def test_correction_changes_deadline_and_decision_maker_only() -> None:
    result = understand("不对，是这周五，还有决策人是采购部王主任")
    assert result.intent is Intent.CORRECTION
    facts = {(fact.field, fact.value, fact.said) for fact in result.visit.facts}
    assert facts == {
        (Field.DUE, "2026-11-13", "这周五"),
        (Field.DECISION_MAKER, "王主任", "采购部王主任"),
    }


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("不是康联，是德力电子", Field.CUSTOMER, "宁波德力电子有限公司"),
        ("客户改成德力电子", Field.CUSTOMER, "宁波德力电子有限公司"),
        ("联系人是李工", Field.CONTACT, "李工"),
        ("主题改成设备招标", Field.TOPIC, "设备招标"),
        ("金额应该是三十万", Field.AMOUNT, "300000"),
    ],
)
def test_correction_names_one_field(text: str, field: Field, value: str) -> None:
    result = understand(text)
    assert result.intent is Intent.CORRECTION
    assert values(result.visit, field) == [value]


def test_corrected_next_step_is_an_action() -> None:
    visit = understand("不对，下一步是明天寄样品").visit
    assert deeds(visit) == [("send_sample", "2026-11-13")]


def test_two_customers_are_two_visits_with_their_own_actions() -> None:
    text = "上午去了康联，张总要三十台，让我周五前发报价。下午去了德力机械，赵总嫌贵，让我下周一带样机过去。"
    result = understand(text)
    assert [values(visit, Field.CUSTOMER) for visit in result.visits] == [
        ["杭州康联医疗科技有限公司"],
        ["德力机械有限公司"],
    ]
    assert [deeds(visit) for visit in result.visits] == [
        [("send_quote", "2026-11-13")],
        [("send_sample", "2026-11-16")],
    ]
    assert Signal.PRICE in result.visits[1].signals()
    assert Signal.PRICE not in result.visits[0].signals()
    check_spans(result)


def test_another_firm_as_an_example_is_no_second_visit() -> None:
    result = understand("今天去了康联，张总让我下周三带他去德力电子看看装机现场。")
    assert len(result.visits) == 1
    assert values(result.visit, Field.CUSTOMER) == ["杭州康联医疗科技有限公司"]


def test_name_of_several_customers_is_asked() -> None:
    visit = understand("今天拜访了德力，王总说下个月上线").visit
    assert values(visit, Field.CUSTOMER) == []
    assert [mention.candidates for mention in visit.mentions] == [("deli-e", "deli-m")]


def test_self_correction_is_kept_as_withdrawn() -> None:
    result = understand("康联的李工哦不对王工说让我下周三哦不对下周四过去演示")
    assert values(result.visit, Field.CONTACT) == ["王工"]
    assert deeds(result.visit) == [("demo", "2026-11-19")]
    assert {fact.said for fact in result.withdrawn} == {"李工", "下周三"}


def test_understanding_is_the_same_from_many_threads() -> None:
    notes = [STORY, "不是康联，是德力电子", "今天有什么安排", "嗯德力机械的赵总嫌贵"] * 8
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(understand, notes)) == [understand(note) for note in notes]


def check_spans(result: Understanding) -> None:
    facts = [fact for visit in result.visits for fact in visit.facts]
    for fact in (*facts, *result.withdrawn):
        assert fact.said == result.text[fact.span.start : fact.span.end]
    for action in (action for visit in result.visits for action in visit.actions):
        assert action.text == result.text[action.span.start : action.span.end]
        if action.due:
            assert action.due.said == result.text[action.due.span.start : action.due.span.end]


WORDS = """
， 。 的 了 嗯 我 他 让 要 去 发 张总 李工 康联 德力 哦不对 下周三 明天 三十万 报价 合同 😀 𠮷 \x00
ＡＢＣ 報價 西门子 那个那个 说 预算 上午去了 下午去了 ( 「 」 ok 12 采购部
"""
PIECES = st.sampled_from(WORDS.split())


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=40).map("".join)))
def test_every_value_cites_its_words(text: str) -> None:
    check_spans(understand(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "😀" * 2500,
        "，" * 5000,
        "1" * 5000,
        "让我" * 2500,
        "公司" * 2500,
        "哦不对" * 1660,
        "((" * 2500,
        "an English report of a visit " * 170,
        STORY * 160,
    ],
)
def test_strange_and_long_texts_are_read(text: str) -> None:
    check_spans(understand(text[:5000], Lexicon()))
