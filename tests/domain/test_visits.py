"""Records: supplements add, corrections replace what they name, each value keeps the words it came from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import SHANGHAI
from bot.domain.understanding import (
    Action,
    ActionKind,
    Deadline,
    Fact,
    Field,
    Mention,
    Signal,
    Span,
    VisitFacts,
)
from bot.domain.visits import (
    Quote,
    VisitRecord,
    VisitStatus,
    append_literal,
    append_words,
    correct,
    deadline_of,
    missing_fields,
    put_fact,
    supplement,
)

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
LATER = NOW + timedelta(minutes=2)
NOTE = "杭州康联张总谈预算，他说『你们交期太长』，下周发报价"


def found(text: str, field: Field, said: str, value: str | None = None) -> Fact:
    """A fact about words that stand in `text`."""
    start = text.index(said)
    span = Span(start, start + len(said))
    return Fact(field=field, value=said if value is None else value, span=span, said=said, rule="test")


def deed(text: str, said: str, *, due: str = "", kind: ActionKind = ActionKind.SEND_QUOTE) -> Action:
    """An action whose words stand in `text`, with a deadline of a fixed day."""
    start = text.index(said)
    deadline = None
    if due:
        at = text.index(due)
        day = date(2026, 11, 27)
        deadline = Deadline(start=day, end=day, said=due, span=Span(at, at + len(due)), rule="test")
    return Action(kind=kind, text=said, span=Span(start, start + len(said)), rule="test", due=deadline)


def note(text: str = NOTE, facts: VisitFacts | None = None) -> VisitRecord:
    known = facts or VisitFacts(
        facts=(
            found(text, Field.CUSTOMER, "杭州康联"),
            found(text, Field.CONTACT, "张总"),
            found(text, Field.TOPIC, "预算"),
            found(text, Field.SIGNAL, "预算", Signal.BUDGET),
            found(text, Field.QUOTE, "你们交期太长"),
        ),
        actions=(deed(text, "发报价", due="下周"),),
    )
    return VisitRecord(
        id=1001,
        member_id=1,
        status=VisitStatus.DRAFT,
        text=text,
        facts=known,
        created_at=NOW,
        updated_at=NOW,
        happened_on=NOW.date(),
        quotes=tuple(Quote.of(fact) for fact in known.of(Field.QUOTE)),
    )


def values(record: VisitRecord, field: Field) -> list[str]:
    return [fact.value for fact in record.facts.of(field)]


def evidence(record: VisitRecord) -> list[tuple[str, str]]:
    """What each value claims to come from, beside what stands there."""
    spans = [(fact.said, fact.span) for fact in record.facts.facts]
    for action in record.facts.actions:
        spans.append((action.text, action.span))
        spans += [(action.due.said, action.due.span)] if action.due else []
    spans += [(mention.said, mention.span) for mention in record.facts.mentions]
    return [(said, record.text[span.start : span.end]) for said, span in spans]


def test_a_supplement_adds_and_takes_nothing_away() -> None:
    text = "补充：李经理也在，他们在看西门子，预算还没批，三天内寄样品"
    more = VisitFacts(
        facts=(
            found(text, Field.CONTACT, "李经理"),
            found(text, Field.COMPETITOR, "西门子"),
            found(text, Field.SIGNAL, "预算", Signal.BUDGET),  # known already
            found(text, Field.TOPIC, "样品"),  # the topic keeps its first value
        ),
        actions=(deed(text, "寄样品", due="三天内", kind=ActionKind.SEND_SAMPLE),),
    )
    joined = supplement(note(), text, more, at=LATER)
    assert joined.text == f"{NOTE}\n{text}"
    assert values(joined, Field.CONTACT) == ["张总", "李经理"]
    assert values(joined, Field.COMPETITOR) == ["西门子"]
    assert values(joined, Field.SIGNAL) == [Signal.BUDGET]
    assert joined.topic == "预算"
    assert [action.kind for action in joined.facts.actions] == [ActionKind.SEND_QUOTE, ActionKind.SEND_SAMPLE]
    assert joined.updated_at == LATER
    assert joined.facts.facts[: len(note().facts.facts)] == note().facts.facts
    assert all(said == stands for said, stands in evidence(joined))


@pytest.mark.parametrize("field", [Field.CUSTOMER, Field.TOPIC, Field.EVENT_ON])
def test_one_valued_fields_keep_their_first_value(field: Field) -> None:
    record = put_fact(note(), found(NOTE, field, "康联", "甲"))
    joined = supplement(record, "乙", VisitFacts(facts=(found("乙", field, "乙"),)), at=LATER)
    assert values(joined, field) == ["甲"]


def test_quotes_are_only_ever_added() -> None:
    text = "客户说『再便宜点』"
    joined = supplement(note(), text, VisitFacts(facts=(found(text, Field.QUOTE, "再便宜点"),)), at=LATER)
    assert [quote.text for quote in joined.quotes] == ["你们交期太长", "再便宜点"]
    assert joined.quotes[0] == note().quotes[0]
    again = correct(
        joined,
        "不对『换一句』",
        VisitFacts(facts=(found("不对『换一句』", Field.QUOTE, "换一句"),)),
        at=LATER,
    )
    assert again.quotes == joined.quotes
    assert values(again, Field.QUOTE) == values(joined, Field.QUOTE)


def test_a_quotes_digest_is_that_of_its_words() -> None:
    (quote,) = note().quotes
    assert quote.digest == hashlib.sha256("你们交期太长".encode()).hexdigest()
    assert NOTE[quote.span.start : quote.span.end] == quote.text


def test_a_correction_changes_just_what_it_names() -> None:
    text = "不对，是这周五，还有决策人是采购部王主任"
    changed = VisitFacts(
        facts=(
            found(text, Field.DUE, "这周五", "2026-11-20"),
            found(text, Field.DECISION_MAKER, "采购部王主任", "王主任"),
            found(text, Field.CONTACT, "王主任"),
        )
    )
    corrected = correct(note(), text, changed, at=LATER)
    assert values(corrected, Field.DECISION_MAKER) == ["王主任"]
    assert values(corrected, Field.CONTACT) == ["张总"]  # who decides was not thereby met
    (action,) = corrected.facts.actions
    assert action.due is not None
    assert (action.due.iso(), action.due.said) == ("2026-11-20", "这周五")
    assert (action.kind, action.text) == (ActionKind.SEND_QUOTE, "发报价")
    assert corrected.topic == "预算"
    assert all(said == stands for said, stands in evidence(corrected))


@pytest.mark.parametrize(
    ("field", "said", "before", "after"),
    [
        (Field.CUSTOMER, "宁波德力", ["杭州康联"], ["宁波德力"]),
        (Field.TOPIC, "交期", ["预算"], ["交期"]),
        (Field.CONTACT, "李总", ["张总"], ["李总"]),
        (Field.SIGNAL, "太贵", [Signal.BUDGET], [Signal.BUDGET]),  # no one corrects a signal
        (Field.COMPETITOR, "西门子", [], ["西门子"]),
    ],
)
def test_each_named_field_is_replaced_as_a_whole(
    field: Field, said: str, before: list[str], after: list[str]
) -> None:
    text = f"不对，是{said}"
    value = Signal.PRICE if field is Field.SIGNAL else said
    assert values(note(), field) == before
    corrected = correct(note(), text, VisitFacts(facts=(found(text, field, said, value),)), at=LATER)
    assert values(corrected, field) == after
    for other in set(Field) - {field}:
        assert values(corrected, other) == values(note(), other)


def test_corrected_actions_replace_all_and_a_new_deadline_goes_to_the_last() -> None:
    text = "不对，寄样品，明天再拜访"
    two = VisitFacts(
        actions=(
            deed(text, "寄样品", kind=ActionKind.SEND_SAMPLE),
            deed(text, "拜访", kind=ActionKind.VISIT),
        )
    )
    corrected = correct(note(), text, two, at=LATER)
    assert [action.kind for action in corrected.facts.actions] == [ActionKind.SEND_SAMPLE, ActionKind.VISIT]
    due = VisitFacts(facts=(found("周五", Field.DUE, "周五", "2026-11-20"),))
    moved = correct(corrected, "周五", due, at=LATER)
    first, last = moved.facts.actions
    assert first.due is None
    assert last.due is not None
    assert last.due.end == date(2026, 11, 20)


def test_a_deadline_without_an_action_to_carry_it_changes_nothing() -> None:
    bare = note(facts=VisitFacts(facts=(found(NOTE, Field.TOPIC, "预算"),)))
    due = VisitFacts(facts=(found("周五", Field.DUE, "周五", "2026-11-20"),))
    assert correct(bare, "周五", due, at=LATER).facts == bare.facts


@pytest.mark.parametrize(
    ("value", "end", "at", "iso"),
    [
        ("2026-11-20", date(2026, 11, 20), None, "2026-11-20"),
        ("2026-11-20T15:00", date(2026, 11, 20), time(15, 0), "2026-11-20T15:00"),
    ],
)
def test_a_deadline_is_a_day_or_a_minute(value: str, end: date, at: time | None, iso: str) -> None:
    due = deadline_of(found("周五", Field.DUE, "周五", value))
    assert (due.start, due.end, due.at, due.iso()) == (end, end, at, iso)
    assert due.moment(NOW) == datetime.combine(end, at or time(18, 0), tzinfo=SHANGHAI)


def test_literal_words_are_appended_with_their_span() -> None:
    record, span = append_literal(note(), "电话跟进")
    assert record.text[span.start : span.end] == "电话跟进"
    assert record.text.startswith(NOTE)


def test_appended_words_shift_every_kind_of_span() -> None:
    text = "下周发报价给康联"
    facts = VisitFacts(
        facts=(found(text, Field.TOPIC, "报价"),),
        actions=(deed(text, "发报价", due="下周"),),
        mentions=(Mention(field=Field.CUSTOMER, said="康联", span=Span(6, 8), candidates=("1", "2")),),
    )
    record, shifted = append_words(note(), text, facts)
    assert all(said == stands for said, stands in evidence(replace(record, facts=shifted)))


def test_put_fact_is_the_only_one_of_its_field_and_settles_its_question() -> None:
    mention = Mention(field=Field.CUSTOMER, said="康联", span=Span(2, 4), candidates=("1", "2"))
    contact = Mention(field=Field.CONTACT, said="张总", span=Span(4, 6), candidates=("1", "2"))
    asked = replace(note(), facts=replace(note().facts, mentions=(mention, contact)))
    settled = put_fact(asked, found(NOTE, Field.CUSTOMER, "康联", "杭州康联医疗科技有限公司"))
    assert values(settled, Field.CUSTOMER) == ["杭州康联医疗科技有限公司"]
    assert settled.facts.mentions == (contact,)
    assert values(settled, Field.CONTACT) == ["张总"]


WHOLE = replace(note(), customer_id=5)


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (WHOLE, ()),
        (note(), ("customer",)),
        (replace(WHOLE, facts=replace(WHOLE.facts, actions=())), ("next_action",)),
        (replace(WHOLE, facts=replace(WHOLE.facts, actions=()), no_next_action=True), ()),
        (replace(WHOLE, facts=replace(WHOLE.facts, facts=())), ("topic",)),
        (replace(note(), facts=VisitFacts()), ("customer", "next_action", "topic")),
    ],
)
def test_what_is_missing_comes_in_the_order_of_asking(record: VisitRecord, missing: tuple[str, ...]) -> None:
    assert missing_fields(record) == missing


@pytest.mark.parametrize(("days", "backfilled"), [(0, False), (-1, True), (1, False)])
def test_a_note_of_a_later_day_is_backfilled(days: int, *, backfilled: bool) -> None:
    assert replace(note(), happened_on=NOW.date() + timedelta(days=days)).backfilled is backfilled


def test_people_see_a_number_with_a_v() -> None:
    assert note().number == "V1001"


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2)])
def test_a_span_holds_at_least_one_character(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(start, end)


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, VisitFacts]:
    """A later message, and facts whose words stand in it."""
    text = draw(st.text("康联张总周五报价预算西门子，。\n a1😀", min_size=1, max_size=30))
    places = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.integers(start + 1, len(text)).map(lambda end: Span(start, end))
    )
    fields = st.sampled_from([field for field in Field if field not in (Field.SIGNAL, Field.DUE)])
    facts = [
        Fact(
            field=field,
            value=text[span.start : span.end],
            span=span,
            said=text[span.start : span.end],
            rule="t",
        )
        for field, span in draw(st.lists(st.tuples(fields, places), max_size=4))
    ]
    for span in draw(st.lists(places, max_size=1)):
        said = text[span.start : span.end]
        facts.append(Fact(field=Field.DUE, value="2026-11-20", span=span, said=said, rule="t"))
    actions = tuple(
        Action(kind=ActionKind.OTHER, text=text[span.start : span.end], span=span, rule="t")
        for span in draw(st.lists(places, max_size=2))
    )
    return text, VisitFacts(facts=tuple(facts), actions=actions)


@given(st.lists(st.tuples(st.sampled_from(["supplement", "correct", "literal"]), messages()), max_size=6))
def test_after_any_messages_every_value_still_stands_in_the_text(
    steps: list[tuple[str, tuple[str, VisitFacts]]],
) -> None:
    record = note()
    for step, (text, facts) in steps:
        locked = record.quotes
        if step == "supplement":
            record = supplement(record, text, facts, at=LATER)
        elif step == "correct":
            record = correct(record, text, facts, at=LATER)
        else:
            record, span = append_literal(record, text)
            record = put_fact(record, Fact(field=Field.TOPIC, value=text, span=span, said=text, rule="t"))
        assert all(said == stands for said, stands in evidence(record))
        assert record.quotes[: len(locked)] == locked
        assert all(record.text[q.span.start : q.span.end] == q.text for q in record.quotes)
    assert record.text.startswith(NOTE)
