"""The visit card: values with their words, what changed, dates in full, and nothing made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Button, Row
from bot.domain.understanding import Action, ActionKind, Deadline, Fact, Field, Signal, Span, VisitFacts
from bot.domain.visits import Quote, VisitRecord, VisitStatus
from prompts.cards import QUOTE_CHARACTERS, action_label, deadline_text, mark_changes, visit_card, visit_rows
from prompts.texts import load_texts

TEXTS = load_texts()
NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
HERE = Span(0, 2)


def fact(field: Field, value: str, said: str | None = None) -> Fact:
    return Fact(field=field, value=value, span=HERE, said=said or value, rule="test")


def due(end: str, said: str, *, start: str = "", at: time | None = None) -> Deadline:
    last = date.fromisoformat(f"2026-{end}")
    first = date.fromisoformat(f"2026-{start}") if start else last
    return Deadline(start=first, end=last, said=said, span=HERE, rule="test", at=at)


def deed(kind: ActionKind, text: str, *, quantity: str = "", by: Deadline | None = None) -> Action:
    return Action(kind=kind, text=text, span=HERE, rule="test", quantity=quantity, due=by)


NEXT_WEEK = due("11-29", "下周", start="11-23")
QUOTATION = deed(ActionKind.SEND_QUOTE, "发三份报价", quantity="三份", by=NEXT_WEEK)


def record(*facts: Fact, actions: tuple[Action, ...] = (), text: str = "刚拜访完杭州康联") -> VisitRecord:
    return VisitRecord(
        id=1001,
        member_id=1,
        status=VisitStatus.DRAFT,
        text=text,
        facts=VisitFacts(facts=facts, actions=actions),
        created_at=NOW,
        updated_at=NOW,
        happened_on=NOW.date(),
    )


def rows(shown: VisitRecord, customer: str = "") -> dict[str, Row]:
    return {row.label: row for row in visit_rows(shown, customer=customer, texts=TEXTS)}


def test_an_empty_record_shows_that_nothing_is_known() -> None:
    shown = visit_rows(record(), customer="", texts=TEXTS)
    assert [(row.label, row.value) for row in shown] == [
        ("客户", "？"),
        ("主题", "？"),
        ("决策人", "？"),
        ("下一步", "？"),
        ("截止", "？"),
    ]
    assert all(row.said is None for row in shown)


def test_a_whole_record_shows_each_value_with_its_words() -> None:
    shown = rows(
        record(
            fact(Field.CUSTOMER, "杭州康联医疗科技有限公司", "康联"),
            fact(Field.TOPIC, "预算"),
            fact(Field.DECISION_MAKER, "王主任", "采购部王主任"),
            fact(Field.CONTACT, "张总"),
            fact(Field.CONTACT, "李工"),
            fact(Field.COMPETITOR, "西门子工业", "西门子"),
            fact(Field.AMOUNT, "480000", "四十八万"),
            fact(Field.SIGNAL, Signal.TENDER, "要招标"),
            fact(Field.SIGNAL, Signal.PRICE, "太贵"),
            actions=(QUOTATION,),
        ),
        "杭州康联医疗科技有限公司",
    )
    assert {label: (row.value, row.said) for label, row in shown.items()} == {
        "客户": ("杭州康联医疗科技有限公司", "康联"),
        "主题": ("预算", None),  # the same words need no second mention
        "决策人": ("采购部王主任", None),
        "下一步": ("发送报价（三份）", "发三份报价"),
        "截止": ("下周（11-23 周一 ~ 11-29 周日）", "下周"),
        "联系人": ("张总、李工", None),
        "竞品": ("西门子工业", "西门子"),
        "金额": ("480000", "四十八万"),
        "信号": ("要招标、价格", "要招标、太贵"),
    }


def test_several_actions_stand_in_one_row_and_only_the_first_ones_deadline_has_its_own() -> None:
    visit = deed(ActionKind.VISIT, "再去一趟", by=due("11-20", "明天"))
    shown = rows(record(actions=(QUOTATION, visit, deed(ActionKind.CALL, "打电话"))))
    assert shown["下一步"].value == "发送报价（三份）、上门拜访 明天（11-20 周五）、电话跟进"
    assert shown["截止"].value == "下周（11-23 周一 ~ 11-29 周日）"


@pytest.mark.parametrize(
    ("deadline", "text"),
    [
        (due("11-27", "下周五"), "下周五（11-27 周五）"),
        (NEXT_WEEK, "下周（11-23 周一 ~ 11-29 周日）"),
        (due("11-20", "明天下午三点", at=time(15)), "明天下午三点（11-20 周五 15:00）"),
        (due("11-29", "下周", start="11-23", at=time(9)), "下周（11-23 周一 ~ 11-29 周日 09:00）"),
    ],
)
def test_a_deadline_is_the_words_with_their_dates(deadline: Deadline, text: str) -> None:
    assert deadline_text(deadline, TEXTS) == text


@pytest.mark.parametrize(
    ("action", "label"),
    [
        (deed(ActionKind.SEND_QUOTE, "发报价"), "发送报价"),
        (deed(ActionKind.SEND_QUOTE, "发三份报价", quantity="三份"), "发送报价（三份）"),
        (deed(ActionKind.OTHER, "把样机搬过去"), "把样机搬过去"),
        (deed(ActionKind.INTERNAL, "找技术部对一下"), "找技术部对一下"),
        (deed(ActionKind.MEETING, "约孙总吃饭", quantity="一次"), "约孙总吃饭"),
    ],
)
def test_an_action_is_its_label_or_the_reps_own_words(action: Action, label: str) -> None:
    assert action_label(action, TEXTS) == label


def test_that_nothing_follows_is_said() -> None:
    assert rows(replace(record(), no_next_action=True))["下一步"].value == "暂无"


def test_the_customers_own_words_and_a_late_note_have_rows() -> None:
    quote = Quote.of(fact(Field.QUOTE, "你们交期太长"))
    shown = rows(replace(record(), quotes=(quote,), happened_on=NOW.date() - timedelta(days=1)))
    assert shown["客户原话"].value == "「你们交期太长」"
    assert shown["拜访日"].value == "11-18 周三（补录）"


def test_only_changed_rows_show_what_was() -> None:
    before = rows(record(fact(Field.TOPIC, "预算"), actions=(QUOTATION,)))
    later = replace(QUOTATION, due=due("11-20", "这周五"))
    after = record(fact(Field.TOPIC, "预算"), fact(Field.CONTACT, "张总"), actions=(later,))
    marked = mark_changes(visit_rows(after, customer="", texts=TEXTS), list(before.values()))
    assert {row.label: row.was for row in marked if row.was} == {
        "截止": "下周（11-23 周一 ~ 11-29 周日）",
        "联系人": "—",
    }


def test_without_an_earlier_card_nothing_is_marked() -> None:
    shown = visit_rows(record(fact(Field.TOPIC, "预算")), customer="", texts=TEXTS)
    assert mark_changes(shown, ()) == shown


@pytest.mark.parametrize(
    ("length", "shown"), [(QUOTE_CHARACTERS, QUOTE_CHARACTERS), (QUOTE_CHARACTERS + 1, QUOTE_CHARACTERS + 1)]
)
def test_a_long_transcript_is_cut(length: int, shown: int) -> None:
    card = visit_card(record(text="长" * length), customer="", texts=TEXTS, title="题", buttons=())
    assert card.quote is not None
    assert len(card.quote) == shown
    assert card.quote.endswith("…") is (length > QUOTE_CHARACTERS)


def test_the_card_holds_rows_extra_rows_note_and_buttons() -> None:
    button = Button(label="确认", action="visit.confirm:1001", primary=True)
    extra = Row(label="首次需求澄清", value="明天 15:00 前")
    card = visit_card(
        record(),
        customer="康联",
        texts=TEXTS,
        title="题",
        buttons=[button],
        extra=[extra],
        before=[Row(label="客户", value="德力")],
        note="注",
    )
    assert card.rows[0] == Row(label="客户", value="康联", was="德力")
    assert card.rows[-1] == extra
    assert (card.title, card.note, card.buttons) == ("题", "注", (button,))
    assert "客户：德力 → 康联" in card.as_text()
    assert card.as_text().endswith("1 确认")
