"""「合规率」 and 「节点 华东」: one number for rep and supervisor, the missed by name, nothing leaks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.nodes import NodeItem, NodeStatus
from tests.handlers.office import Office, last_card, words

HOUR = timedelta(hours=1)
SIX = ("需求", "方案", "竞品", "决策链", "风险", "条款")


def put(
    office: Office,
    who: str,
    node_key: str,
    status: NodeStatus = NodeStatus.OPEN,
    *,
    times: int = 1,
    customer_id: int = 1,
    due: timedelta = -HOUR,
    reason: str = "",
) -> None:
    """Checks of that member, due that long from now, closed two hours ago."""
    member = office.member(who)
    with office.look() as uow:
        for _ in range(times):
            uow.node_items.save(
                NodeItem(
                    id=0,
                    node_key=node_key,
                    member_id=member.id,
                    customer_id=customer_id,
                    visit_id=None,
                    opened_at=office.now + due - 24 * HOUR,
                    due_at=office.now + due,
                    alert_at=office.now + due + 24 * HOUR,
                    status=status,
                    closed_at=None if status is NodeStatus.OPEN else office.now - 2 * HOUR,
                    reason=reason,
                )
            )


def fill(office: Office) -> None:
    """22 of 25 for 李明, with what counts on neither side, and two for 周倩."""
    put(office, "liming", "need_clarified", NodeStatus.DONE, times=12)
    put(office, "liming", "competitor_response", NodeStatus.DONE, times=10)
    put(office, "liming", "need_clarified", customer_id=1)
    put(office, "liming", "competitor_response", customer_id=2)
    put(office, "liming", "risk_registered", customer_id=3)
    put(office, "liming", "decision_chain", NodeStatus.WAIVED, times=2, reason="客户不需要")
    put(office, "liming", "clause_consensus", NodeStatus.CANCELLED)
    put(office, "liming", "solution_fit", due=HOUR)
    put(office, "zhouqian", "risk_registered", NodeStatus.DONE)
    put(office, "zhouqian", "need_clarified")
    put(office, "hewei", "need_clarified", times=5)


def test_22_of_25_are_88_percent_with_the_three_missed_by_name(office: Office) -> None:
    fill(office)
    card = last_card(office.say("liming", "合规率"))
    assert card.title == "合规率 22/25 = 88% · 李明 · 本月"
    assert card.rows[0].value == "做完 22 项，很稳。"
    assert card.rows[1].value == "22/25 = 88% 按时做完（目标 92%）"
    missed = {(row.label, row.value.split(" · ")[0]) for row in card.rows[2:]}
    assert missed == {
        ("杭州康联", "首次需求澄清"),
        ("宁波德力", "竞品应对备案"),
        ("苏州恒达", "风险预判登记"),
    }
    assert card.note == "两边都不计：不适用 2 项、取消 1 项、没到期 1 项。"


def test_the_supervisor_sees_the_same_number_and_the_team_is_the_sum(office: Office) -> None:
    fill(office)
    own = {who: last_card(office.say(who, "合规率")).title for who in ("liming", "zhouqian")}
    assert last_card(office.say("wangjie", "合规率 李明")).title == own["liming"]
    table = last_card(office.say("wangjie", "节点 华东"))
    lines = {row.label: row.value for row in table.rows}
    assert set(lines) == {"李明", "周倩", "合计"}
    for name, title in (("李明", own["liming"]), ("周倩", own["zhouqian"])):
        assert lines[name].split(" · ")[0] in title
    assert lines["李明"] == "22/25 = 88% · 需求12/13 方案– 竞品10/11 决策链– 风险0/1 条款–"
    assert lines["合计"] == "23/27 = 85% · 需求12/14 方案– 竞品10/11 决策链– 风险1/2 条款–"
    assert table.title == "节点 华东 · 本月 · 23/27 = 85%"


def test_every_cell_of_a_line_adds_up_to_its_rate(office: Office) -> None:
    fill(office)
    for row in last_card(office.say("zhaogong", "节点")).rows:
        total, *cells = re.findall(r"(\d+)/(\d+)", row.value)
        assert (sum(int(done) for done, _ in cells), sum(int(due) for _, due in cells)) == (
            int(total[0]),
            int(total[1]),
        )
        assert all(name in row.value for name in SIX)


def test_every_counted_item_is_listed_and_what_was_not(office: Office) -> None:
    fill(office)
    shown = office.say("liming", "合规率")
    first = office.tap("liming", shown, "看明细")
    card = last_card(first)
    assert len(card.rows) == 20
    assert all("✅ 完成" in row.value for row in card.rows)
    second = last_card(office.tap("liming", first, "还有 9 项"))
    states = [row.value.split(" · ")[0] for row in second.rows]
    assert states.count("✅ 完成") == 2
    assert states.count("⏳ 还没做") == 3
    assert states.count("➖ 不适用（客户不需要）") == 2
    assert states.count("➖ 取消") == 1
    assert states.count("🕒 没到期") == 1
    assert second.buttons == ()


def test_a_waived_item_leaves_both_sides_by_a_tap(office: Office) -> None:
    put(office, "liming", "need_clarified", NodeStatus.DONE, times=3)
    put(office, "liming", "competitor_response")
    assert "3/4 = 75%" in words(office.say("liming", "合规率"))
    office.press("liming", "node.waive_as:4=no_need")
    shown = words(office.say("liming", "合规率"))
    assert "3/3 = 100%" in shown
    assert "到期的都做完了，真漂亮。" in shown
    assert "不适用 1 项" in shown
    office.say("liming", "撤销")
    assert "3/4 = 75%" in words(office.say("liming", "合规率"))


def test_another_period_is_a_word_or_a_tap_away(office: Office) -> None:
    put(office, "liming", "need_clarified", NodeStatus.DONE, due=-20 * 24 * HOUR)
    put(office, "liming", "need_clarified", due=-7 * 24 * HOUR)
    put(office, "liming", "need_clarified", NodeStatus.DONE, due=-24 * HOUR)
    shown = office.say("liming", "合规率")
    assert last_card(shown).title == "合规率 1/2 = 50% · 李明 · 本月"
    assert last_card(office.tap("liming", shown, "上月")).title == "合规率 1/1 = 100% · 李明 · 上月"
    assert last_card(office.say("liming", "合规率 本周")).title == "合规率 1/1 = 100% · 李明 · 本周"
    assert last_card(office.say("wangjie", "节点 华东 上月")).title == "节点 华东 · 上月 · 1/1 = 100%"


def test_nothing_due_is_no_zero(office: Office) -> None:
    card = last_card(office.say("liming", "合规率"))
    assert card.title == "合规率 – · 李明 · 本月"
    assert card.rows[0].value == "还没有到期的检查，轻装上阵。"
    assert "%" not in words(office.say("wangjie", "节点"))


def test_work_can_begin_from_the_card(office: Office) -> None:
    put(office, "liming", "need_clarified")
    shown = office.say("liming", "合规率")
    assert last_card(shown).rows[0].value == "从下面第一项开始就好，要话术随时说。"
    assert last_card(office.tap("liming", shown, "去处理")).title == "今日待办 · 李明"
    theirs = last_card(office.say("wangjie", "合规率 李明"))
    assert "去处理" not in [button.label for button in theirs.buttons]


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("liming", "合规率 周倩"),
        ("liming", "节点 华东"),
        ("liming", "节点 华南"),
        ("wangjie", "节点 华南"),
        ("wangjie", "合规率 何伟"),
    ],
)
def test_nothing_leaks_out_of_the_own_scope(office: Office, who: str, asked: str) -> None:
    fill(office)
    (refused,) = office.say(who, asked)
    assert "不在你的查看范围里" in words([refused])
    assert refused.card is None


def test_a_button_of_another_scope_is_refused_and_a_broken_one_is_old(office: Office) -> None:
    hewei = office.member("hewei").id
    for action in (f"rates.show:{hewei}/this_month/0", f"rates.items:{hewei}/this_month/0"):
        assert "不在你的查看范围里" in words(office.press("liming", action))
    for broken in ("1", "x/this_month/0", "3/ever/0", "999/this_month/0"):
        assert words(office.press("zhaogong", f"rates.show:{broken}")) == "已处理 👌"


def test_a_rep_alone_has_a_line_of_the_table(office: Office) -> None:
    fill(office)
    card = last_card(office.say("liming", "节点"))
    assert card.title == "节点 李明 · 本月 · 22/25 = 88%"
    assert [row.label for row in card.rows] == ["李明"]


def test_who_leads_a_team_and_has_no_checks_gets_the_team(office: Office) -> None:
    fill(office)
    assert last_card(office.say("wangjie", "合规率")).title.startswith("节点 华东")
    assert last_card(office.say("zhaogong", "合规率")).title.startswith("节点 全公司")


def test_who_left_is_in_no_table_and_unknown_names_are_said(office: Office) -> None:
    fill(office)
    zhouqian = office.member("zhouqian")
    with office.look() as uow:
        uow.members.save(replace(zhouqian, active=False))
    assert [row.label for row in last_card(office.say("wangjie", "节点 华东")).rows] == ["李明"]
    assert words(office.say("wangjie", "合规率 张三")) == "没有叫「张三」的同事。"


def test_a_supervisor_with_checks_of_the_own_is_in_nobodys_way(office: Office) -> None:
    put(office, "wangjie", "need_clarified", NodeStatus.DONE)
    assert last_card(office.say("wangjie", "合规率")).title == "合规率 1/1 = 100% · 王姐 · 本月"


def test_a_check_of_a_dropped_node_counts_nowhere(office: Office) -> None:
    fill(office)
    office.with_playbook(
        lambda playbook: replace(
            playbook, nodes=tuple(node for node in playbook.nodes if node.key != "risk_registered")
        )
    )
    assert "22/24 = 91%" in words(office.say("liming", "合规率"))
    assert "22/24 = 91%" in words(office.say("wangjie", "节点 华东"))


def test_words_after_the_command_that_name_no_team_are_left_to_others(office: Office) -> None:
    assert "合计" not in words(office.say("wangjie", "节点 康联"))


def test_late_notes_are_done_but_not_asked_to_be_on_time(office: Office) -> None:
    shown = office.say("liming", "昨天拜访了杭州康联，张总有意向，让我12月20号前发报价")
    office.tap("liming", shown, "确认")
    office.wait(days=4)
    office.press("liming", "node.attest:1")
    card = last_card(office.say("liming", "合规率"))
    assert card.title.startswith("合规率 1/1 = 100%")
    assert "规范率" not in [row.label for row in card.rows]


def test_the_table_lists_people_who_report_to_somebody_of_another_team(office: Office) -> None:
    wangjie, hewei = office.member("wangjie"), office.member("hewei")
    with office.look() as uow:
        uow.members.save(replace(hewei, supervisor_id=wangjie.id))
    put(office, "hewei", "need_clarified", NodeStatus.DONE)
    assert "何伟" in [row.label for row in last_card(office.say("wangjie", "节点")).rows]
