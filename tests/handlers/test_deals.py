"""Deals by chat: one tap moves them, a note finds the right one or asks, and a list proves a fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.nodes import NodeStatus
from bot.domain.opportunities import Opportunity, OpportunityStatus
from handlers.context import Deps
from tests.handlers.office import Office, last_card, value_of, words

ANALYSER, IMMUNO = "生化分析仪三台", "化学发光仪"


def make(office: Office, *titles: str) -> list[Opportunity]:
    for title in titles:
        office.press("liming", f"deal.create:1/lead/={title}")
    return deals(office)


def deals(office: Office) -> list[Opportunity]:
    with office.look() as uow:
        return list(uow.opportunities.of(1))


def test_a_move_wants_one_tap_and_a_second_tap_does_nothing(office: Office) -> None:
    make(office, IMMUNO)
    office.wait(days=2)
    shown = office.say("liming", "康联进入报价谈判阶段。")
    assert deals(office)[0].stage_key == "lead"  # nothing moves without the tap
    assert "→ 报价谈判" in words(office.tap("liming", shown, "进入报价谈判"))
    (moved,) = deals(office)
    assert (moved.stage_key, moved.stage_entered_at) == ("negotiation", office.now)
    assert words(office.tap("liming", shown, "进入报价谈判")) == "已处理 👌"
    office.wait(minutes=1)
    office.say("liming", "撤销")
    assert deals(office)[0].stage_key == "lead"


@pytest.mark.parametrize(
    "said", ["康联 进入 月球", "月球公司 进入 报价谈判", "我下午到了公司", "康联到了吗", "赢单", "张总成交"]
)
def test_other_sentences_are_no_moves(office: Office, said: str) -> None:
    make(office, IMMUNO)
    before = deals(office)
    assert "要进入" not in words(office.say("liming", said))
    assert deals(office) == before


def test_of_two_deals_the_one_that_is_meant_is_asked(office: Office) -> None:
    first, second = make(office, ANALYSER, IMMUNO)
    shown = office.say("liming", "康联 进入 方案演示")
    assert "哪个商机进入「方案演示」" in words(shown)
    office.tap("liming", shown, IMMUNO)
    assert [deal.stage_key for deal in deals(office)] == ["lead", "demo"]
    assert first.id != second.id


def test_a_note_that_fits_two_deals_asks_once_and_can_be_saved_without(office: Office) -> None:
    make(office, ANALYSER, IMMUNO)
    shown = office.say("liming", "刚拜访完杭州康联，他们也在看西门子，让我周五前发报价")
    assert "这条说的是哪个商机" in words(shown)
    labels = [button.label for button in last_card(shown).buttons]
    assert labels == ["确认", ANALYSER, IMMUNO, "都不是", "修改"] or set(labels) >= {
        ANALYSER,
        IMMUNO,
        "都不是",
    }
    told = office.tap("liming", shown, IMMUNO)
    assert value_of(last_card(told), "商机").startswith(IMMUNO)
    saved = office.tap("liming", told, "确认")
    assert value_of(last_card(saved), "商机").startswith(IMMUNO)
    (record,) = office.records()
    with office.look() as uow:
        items = uow.node_items.of_visit(record.id)
    assert {item.opportunity_id for item in items} == {record.opportunity_id} == {deals(office)[1].id}


def test_none_of_them_is_an_answer_too(office: Office) -> None:
    make(office, ANALYSER, IMMUNO)
    shown = office.say("liming", "刚拜访完杭州康联，他们也在看西门子，让我周五前发报价")
    told = office.tap("liming", shown, "都不是")
    assert "哪个商机" not in words(told)
    office.tap("liming", told, "确认")
    assert office.records()[0].opportunity_id is None


def test_a_note_that_names_its_deal_is_not_asked_about(office: Office) -> None:
    make(office, ANALYSER, IMMUNO)
    shown = office.say("liming", "刚拜访完杭州康联，聊了化学发光仪，让我周五前发报价")
    assert value_of(last_card(shown), "商机").startswith(IMMUNO)


def test_a_lost_deal_takes_its_checks_with_it_and_brings_them_back(office: Office) -> None:
    make(office, IMMUNO)
    office.tap("liming", office.say("liming", "刚拜访完杭州康联，他们也在看西门子，让我周五前发报价"), "确认")
    office.wait(minutes=1)
    shown = office.say("liming", "康联丢单了，价格太高")
    lost = office.tap("liming", shown, "丢单")
    (deal,) = deals(office)
    assert (deal.status, deal.lost_reason, deal.closed_at) == (OpportunityStatus.LOST, "价格太高", office.now)
    with office.look() as uow:
        assert {item.status for item in uow.node_items.of_customer(1)} == {NodeStatus.CANCELLED}
    office.wait(minutes=1)
    office.tap("liming", lost, "重新打开")
    with office.look() as uow:
        assert {item.status for item in uow.node_items.of_customer(1)} == {NodeStatus.OPEN}
    assert deals(office)[0].status is OpportunityStatus.OPEN


def test_a_deal_of_another_team_is_not_to_be_had(office: Office) -> None:
    (deal,) = make(office, IMMUNO)
    before = office.rows()
    for who in ("hewei", "chenliang", "zhouqian"):
        for action in ("open:{}", "move:{}=demo", "end:{}/lost=x", "prove:{}", "win:{}"):
            assert words(office.press(who, f"deal.{action.format(deal.id)}")) == "已处理 👌"
        assert IMMUNO not in words(office.say(who, "商机 康联"))
        assert IMMUNO not in words(office.say(who, "节点 康联"))
    assert {table: rows for table, rows in office.rows().items() if table != "dialogs"} == {
        table: rows for table, rows in before.items() if table != "dialogs"
    }


def test_a_saved_visit_proves_the_first_stage_and_a_file_another(office: Office) -> None:
    make(office, IMMUNO)
    office.tap("liming", office.say("liming", "刚拜访完杭州康联，他们也在看西门子，让我周五前发报价"), "确认")
    (deal,) = deals(office)
    assert deal.has_proof("lead", "first_visit")
    office.press("liming", f"deal.move:{deal.id}=negotiation")
    assert "「正式报价单」的证据" in words(office.press("liming", f"deal.prove:{deal.id}"))
    assert "✅ 正式报价单：收到「确认单.pdf」（12 KB）" in words(office.send_file("liming"))
    assert deals(office)[0].has_proof("negotiation", "quotation")


PROPOSAL = "刚拜访完杭州康联，张总让我下周三之前发方案"


def open_gate(office: Office) -> int:
    office.tap("liming", office.say("liming", PROPOSAL), "确认")
    with office.look() as uow:
        return next(item.id for item in uow.node_items.of_customer(1) if item.node_key == "solution_fit")


def test_without_a_purchase_list_a_fit_is_attested(office: Office) -> None:
    gate = open_gate(office)
    shown = office.press("liming", f"node.done:{gate}")
    assert "还没有采购清单" in words(shown)
    assert "✅ 完成：方案匹配验证" in words(office.tap("liming", shown, "口头确认"))


def test_with_a_list_nine_of_ten_models_have_to_match(office: Office, deps: Deps) -> None:
    models = tuple(f"BS-{n}" for n in range(9))
    office.deps = replace(deps, read_models=lambda _ref: models)
    gate = open_gate(office)
    office.press("liming", f"purchase.of:1={'f' * 64}")
    assert "9 条采购记录" in words(office.press("liming", f"node.done:{gate}"))
    short = office.say("liming", "、".join([*models[:8], "XK-1"]))
    assert "88%（9 个型号，要求 90%）" in words(short)
    assert "没买过的：XK-1" in words(short)
    assert "✅ 完成" in words(office.say("liming", "、".join([*models, "XK-1"])))
    with office.look() as uow:
        item = uow.node_items.get(gate)
    assert item is not None
    assert [answer.value for answer in item.answers] == ["90%"]


def test_a_file_that_is_no_list_says_so(office: Office, deps: Deps) -> None:
    office.deps = replace(deps, read_models=lambda _ref: ())
    assert "没读到型号" in words(office.press("liming", f"purchase.of:1={'f' * 64}"))
