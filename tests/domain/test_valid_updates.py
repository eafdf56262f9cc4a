"""A valid update says something new of its customer; a repeated fact or a courtesy does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.calendar import SHANGHAI
from bot.domain.understanding import Action, ActionKind, Deadline, Fact, Field, Signal, Span, VisitFacts
from bot.domain.valid_updates import find_news
from bot.domain.visits import News, VisitRecord, VisitStatus

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)


def fact(field: Field, value: str, *, rule: str = "rule", confidence: float = 0.8) -> Fact:
    return Fact(field=field, value=value, span=Span(0, 4), said=value, rule=rule, confidence=confidence)


def action(kind: ActionKind, text: str, *, rule: str = "rule", dated: bool = False) -> Action:
    due = Deadline(start=NOW.date(), end=NOW.date(), said="今天", span=Span(5, 7), rule="day")
    return Action(kind=kind, text=text, span=Span(5, 9), rule=rule, due=due if dated else None)


def record(*facts: Fact, actions: Sequence[Action] = ()) -> VisitRecord:
    return VisitRecord(
        id=1,
        member_id=1,
        status=VisitStatus.SAVED,
        text="说了很多",
        facts=VisitFacts(facts=facts, actions=tuple(actions)),
        created_at=NOW,
        updated_at=NOW,
        happened_on=NOW.date(),
        customer_id=2,
    )


PRICE = fact(Field.SIGNAL, Signal.PRICE)


@pytest.mark.parametrize(
    ("said", "news"),
    [
        (PRICE, News.SIGNAL),
        (fact(Field.AMOUNT, "800000"), News.AMOUNT),
        (fact(Field.COMPETITOR, "西门子"), News.COMPETITOR),
        (fact(Field.DECISION_MAKER, "王主任"), News.DECISION_MAKER),
        (fact(Field.CONTACT, "王主任"), News.CONTACT),
        (fact(Field.PRODUCT, "分析仪"), News.PRODUCT),
        (fact(Field.PROGRESS, "trial_agreed"), News.PROGRESS),
        (fact(Field.NEED_SCENE, "delivery"), News.NEED_SCENE),
        (fact(Field.TRIED_SOLUTION, "换过一家没用"), News.TRIED_SOLUTION),
        (fact(Field.HABIT, "只看微信"), News.HABIT),
        (fact(Field.TOPIC, "样品"), News.TOPIC),
        (fact(Field.QUOTE, "交期太长", confidence=1.0), News.QUOTE),
    ],
)
def test_each_kind_of_fact_is_news_once(said: Fact, news: News) -> None:
    assert find_news(record(said), earlier=()) == (news,)
    assert find_news(record(said), earlier=(record(said),)) == ()


@pytest.mark.parametrize(
    "said",
    [
        fact(Field.CUSTOMER, "杭州康联"),
        fact(Field.EVENT_ON, "2026-11-18"),
        fact(Field.COMPETITOR, "西门子", confidence=0.5),
        fact(Field.QUOTE, "再考虑考虑", confidence=0.6),
        fact(Field.TOPIC, "需求沟通", rule="tap"),
        fact(Field.TOPIC, "随便聊聊", rule="answer.literal"),
    ],
)
def test_some_facts_tell_nothing_new(said: Fact) -> None:
    assert find_news(record(said), earlier=()) == ()


def test_a_topic_is_news_by_a_word_that_was_not_spoken_of_before() -> None:
    before = (record(fact(Field.TOPIC, "报价、预算")), record(fact(Field.TOPIC, "样品")))
    assert find_news(record(fact(Field.TOPIC, "样品、报价")), earlier=before) == ()
    assert find_news(record(fact(Field.TOPIC, "报价、交期")), earlier=before) == (News.TOPIC,)


def test_a_topic_that_only_repeats_the_next_action_is_none() -> None:
    topic = Fact(field=Field.TOPIC, value="联系", span=Span(5, 9), said="联系", rule="topic", confidence=0.6)
    assert find_news(record(topic, actions=[action(ActionKind.CALL, "联系")]), earlier=()) == ()


@pytest.mark.parametrize(
    ("promised", "is_news"),
    [
        (action(ActionKind.SEND_QUOTE, "发报价"), True),
        (action(ActionKind.MEETING, "约李院长见面"), True),
        (action(ActionKind.CALL, "打电话", dated=True), False),
        (action(ActionKind.VISIT, "去拜访", dated=True), False),
        (action(ActionKind.OTHER, "保持联系"), False),
        (action(ActionKind.SEND_QUOTE, "发送报价", rule="tap"), False),
        (action(ActionKind.SEND_QUOTE, "发送报价", rule="tap", dated=True), True),
    ],
)
def test_a_promise_counts_by_its_content(promised: Action, *, is_news: bool) -> None:
    assert (find_news(record(actions=[promised]), earlier=()) == (News.ACTION,)) is is_news


def test_the_same_promise_with_a_later_date_is_no_news() -> None:
    before = record(actions=[action(ActionKind.SEND_QUOTE, "发报价")])
    again = record(actions=[action(ActionKind.SEND_QUOTE, "发报价", dated=True)])
    assert find_news(again, earlier=(before,)) == ()


def test_who_is_on_the_customers_list_is_known_but_that_he_decides_is_not() -> None:
    listed = ("王主任",)
    assert find_news(record(fact(Field.CONTACT, "王主任")), earlier=(), contacts=listed) == ()
    decides = record(fact(Field.DECISION_MAKER, "王主任"))
    assert find_news(decides, earlier=(), contacts=listed) == (News.DECISION_MAKER,)


def test_progress_that_was_tapped_is_news_once_and_none_is_not() -> None:
    tapped = replace(record(), progress="trial_agreed")
    assert find_news(tapped, earlier=()) == (News.PROGRESS,)
    assert find_news(tapped, earlier=(tapped,)) == ()
    assert find_news(replace(record(), progress="none"), earlier=()) == ()


def test_every_kind_is_named_once_in_the_order_said() -> None:
    other = fact(Field.SIGNAL, Signal.TENDER)
    found = find_news(record(fact(Field.AMOUNT, "5"), PRICE, other), earlier=())
    assert found == (News.AMOUNT, News.SIGNAL)
