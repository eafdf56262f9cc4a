"""Talk-tracks come with the reply, open by one tap, are filled in, rated once, and held back for a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import Button, Outgoing
from bot.domain.talk_tracks import Review, TalkTrack, TrackKind
from bot.domain.triggers import Trigger, TriggerKind
from bot.domain.understanding import Signal
from tests.handlers.office import NOW, Office, last_card, words

DEAR = "刚拜访完杭州康联，张总说我们太贵了，让我周五前发报价"
TENDER = "刚拜访完宁波德力，他们要招标，让我周五前发报价"
ALREADY = "已处理 👌"


def labels(shown: list[Outgoing]) -> list[str]:
    return [button.label for button in last_card(shown).buttons]


def titles(shown: list[Outgoing]) -> list[str]:
    """The talk-tracks among the buttons of all cards: a risk has a card of its own."""
    found = [label for each in shown if each.card for label in labels([each])]
    return [label.removeprefix("💬 ") for label in found if label.startswith("💬 ")]


def add(office: Office, title: str, text: str = "这样说", **fields: object) -> TalkTrack:
    track = TalkTrack(id=0, scene="价格", title=title, text=text, signals=frozenset({Signal.PRICE}))
    with office.look() as uow:
        return uow.talk_tracks.save(replace(track, **fields))  # type: ignore[arg-type]


def change(office: Office, track_id: int, **fields: object) -> None:
    with office.look() as uow:
        track = uow.talk_tracks.get(track_id)
        assert track is not None
        uow.talk_tracks.save(replace(track, **fields))  # type: ignore[arg-type]


def test_titles_come_with_the_reply_and_one_tap_gives_words_alone(office: Office) -> None:
    draft = office.say("liming", DEAR)
    assert titles(draft) == ["嫌贵"]
    shown = office.tap("liming", draft, "💬 嫌贵")
    assert shown[0].text == "嫌贵时这样说"
    assert labels(shown) == ["有用", "没用"]


def test_never_more_than_three(office: Office) -> None:
    for number in range(4):
        add(office, f"价{number}")
    assert titles(office.say("liming", DEAR)) == ["嫌贵", "价0", "价1"]


def test_the_saved_card_has_them_too_and_counts_them_once(office: Office) -> None:
    saved = office.tap("liming", office.say("liming", DEAR), "确认")
    assert titles(saved) == ["嫌贵"]
    with office.look() as uow:
        assert uow.track_pushes.totals() == (1, 0, 0, 0)


def test_a_card_that_asks_for_the_day_keeps_room_for_them(office: Office) -> None:
    add(office, "要折扣")
    draft = office.say("liming", "刚拜访完杭州康联，张总说我们太贵了，让我发报价")
    assert labels(draft)[-1] == "话术"
    assert len(labels(draft)) == 6
    assert titles(office.tap("liming", draft, "话术")) == ["嫌贵", "要折扣"]


def test_the_same_signal_and_customer_bring_nothing_for_a_week(office: Office) -> None:
    office.tap("liming", office.say("liming", DEAR), "确认")
    office.wait(days=1)
    assert titles(office.say("liming", DEAR)) == []
    other = office.say("liming", DEAR.replace("杭州康联", "宁波德力").replace("张总", "孙总"))
    assert titles(other) == ["嫌贵"]
    office.wait(days=7)
    assert titles(office.say("liming", DEAR)) == ["嫌贵"]


def test_variables_are_the_records_own(office: Office) -> None:
    change(office, 1, text="{联系人}，您先看三年。\n{客户}用{产品}合适，{联系人}觉得呢？")
    shown = office.tap("liming", office.say("liming", DEAR), "💬 嫌贵")
    assert shown[0].text == "张总，您先看三年。\n杭州康联用这款产品合适，张总觉得呢？"


def test_what_is_not_known_is_said_in_general_words(office: Office) -> None:
    change(office, 1, text="{联系人}，您先看三年。\n{客户}合适，{联系人}觉得呢？")
    found = office.say("liming", "话术 嫌贵")
    assert found[0].text == "您好，您先看三年。\n贵公司合适，您觉得呢？"


@pytest.mark.parametrize(("answer", "counts"), [("有用", (1, 1, 1, 0)), ("没用", (1, 1, 0, 1))])
def test_rated_once_a_push(office: Office, answer: str, counts: tuple[int, ...]) -> None:
    opened = office.tap("liming", office.say("liming", DEAR), "💬 嫌贵")
    thanked = office.tap("liming", opened, answer)
    assert labels(thanked) == []
    assert words(office.tap("liming", opened, "有用")) == ALREADY
    with office.look() as uow:
        assert uow.track_pushes.totals() == counts


def test_nobody_opens_or_rates_what_another_was_offered(office: Office) -> None:
    draft = office.say("liming", DEAR)
    button = next(each for each in last_card(draft).buttons if each.label == "💬 嫌贵")
    number = button.action.partition(":")[2]
    for action in (f"tracks.open:{number}", f"tracks.rate:{number}=yes", f"tracks.more:{number}"):
        assert words(office.press("zhouqian", action)) == ALREADY


@pytest.mark.parametrize(
    "hidden",
    [
        {"active": False},
        {"review": Review.PENDING},
        {"review": Review.DRAFT},
        {"expires_on": (NOW - timedelta(days=1)).date()},
        {"team": "华南"},
        {"owner_id": 6},
        {"industries": ("汽车",)},
    ],
    ids=lambda hidden: next(iter(hidden)),
)
def test_what_is_not_for_the_rep_is_neither_offered_nor_found(
    office: Office, hidden: dict[str, object]
) -> None:
    with office.look() as uow:
        [customer] = uow.customers.named("杭州康联")
        uow.customers.save(replace(customer, industry="医疗"))
    change(office, 1, **hidden)
    assert titles(office.say("liming", DEAR)) == []
    if "industries" not in hidden:
        assert "嫌贵时" not in words(office.say("liming", "话术 嫌贵"))


def test_a_retired_one_on_a_screen_opens_no_more(office: Office) -> None:
    draft = office.say("liming", DEAR)
    change(office, 1, active=False)
    assert words(office.tap("liming", draft, "💬 嫌贵")) == ALREADY


def test_an_attachment_and_the_long_form_come_along(office: Office) -> None:
    change(office, 1, attachment_ref="a" * 64, attachment_name="三年成本.xlsx", long_text="{客户}的算法")
    shown = office.tap("liming", office.say("liming", DEAR), "💬 嫌贵")
    assert [each.file_name for each in shown if each.file_ref] == ["三年成本.xlsx"]
    assert words(office.tap("liming", shown, "详细")) == "杭州康联的算法"


def test_triggers_come_before_what_answers_by_itself(office: Office) -> None:
    first = add(office, "先说这个", signals=frozenset())
    exact = add(office, "看到这几个字", signals=frozenset())
    with office.look() as uow:
        for kind, value, track in (
            (TriggerKind.SIGNAL, "price", first),
            (TriggerKind.WORDS, "让我周五", exact),
            (TriggerKind.COMPETITOR, "西门子", exact),
        ):
            uow.triggers.save(Trigger(id=0, kind=kind, value=value, said=value, track_ids=(track.id,)))
    assert titles(office.say("liming", DEAR)) == ["看到这几个字", "先说这个", "嫌贵"]


def test_a_check_has_its_own_and_the_one_for_its_signal_first(office: Office) -> None:
    for title, signal in (("预算怎么办", Signal.BUDGET), ("招标怎么办", Signal.TENDER)):
        nodes = frozenset({"risk_registered"})
        add(office, title, signals=frozenset({signal}), node_keys=nodes, kind=TrackKind.STRATEGY)
    draft = office.say("liming", TENDER)
    assert titles(draft) == ["要招标一", "要招标二"]
    office.tap("liming", draft, "确认")
    liming = office.member("liming").id
    with office.look() as uow:
        items = {each.node_key: each for each in uow.node_items.open_of(liming)}
    number = items["risk_registered"].id
    assert titles(office.press("liming", f"tracks.node:{number}"))[0] == "招标怎么办"


def test_a_node_that_opens_calls_on_the_saved_card(office: Office) -> None:
    track = add(office, "风险先报备", signals=frozenset())
    with office.look() as uow:
        node = TriggerKind.NODE_OPENED
        uow.triggers.save(
            Trigger(id=0, kind=node, value="risk_registered", said="风险", track_ids=(track.id,))
        )
    draft = office.say("liming", TENDER)
    assert "风险先报备" not in titles(draft)
    saved = office.tap("liming", draft, "确认")
    # The saved card has the open checks besides, and one button for all talk-tracks.
    assert "风险先报备" in titles(office.tap("liming", saved, "话术"))


def test_searching_by_words_pinyin_and_scene(office: Office) -> None:
    add(office, "担心交期", "哪天必须用上？", signals=frozenset(), scene="交付", aliases=("来不及",))
    for asked in ("交期", "jiaoqi", "jq", "焦期", "交付", "来不及", "哪天必须用"):
        shown = office.say("liming", f"话术 {asked}")
        assert "担心交期" in words(shown), asked


def test_scenes_are_offered_where_nothing_is_asked_or_found(office: Office) -> None:
    for asked in ("话术", "/话术 完全没有的东西"):
        shown = office.say("liming", asked)
        [option] = last_card(shown).choices()
        assert option == Button(label="报价 · 3 条", action="tracks.scene:=报价")
        assert titles(office.tap("liming", shown, option.label)) == ["嫌贵", "要招标一", "要招标二"]
