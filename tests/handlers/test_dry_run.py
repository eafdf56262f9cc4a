"""「/试算」: it says what was really sent, what a changed rule would send, and leaves everything as it is."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import text as sql

from bot.domain.calendar import SHANGHAI
from bot.domain.dry_run import run_dry
from handlers.dry_run import read_history
from handlers.jobs import begin_day
from tests.handlers.office import Office, last_card, words

TABLES = ("visits", "node_items", "next_actions", "nudges", "members", "changes")


def play_two_weeks(office: Office) -> list[tuple[str, str]]:
    """Notes of two reps, some answered, some not; who was really written to, and when."""
    office.at("11-05 13:00")
    sent: list[tuple[str, str]] = []

    def tick_until(moment: str) -> None:
        wanted = office.now
        office.at(moment)
        end, office.now = office.now, wanted
        while True:
            begin_day(open_transaction=office.database.unit_of_work, deps=office.deps, now=office.now)
            with office.look() as uow:
                due = uow.nudges.next_at()
            midnight = datetime.combine(office.now.date() + timedelta(days=1), time.min, tzinfo=SHANGHAI)
            following = min(due or end, midnight)
            if following >= end:
                break
            office.now = max(following, office.now)
            sent.extend((each.to.user_id, f"{office.now:%m-%d %H:%M}") for each in office.tick())
            if (
                due
                and due <= office.now
                and office.deps.playbook.manners.quiet_hours.holds(office.now, office.deps.calendar)
            ):
                office.now = midnight
        office.now = end

    def save(who: str, note: str) -> None:
        office.tap(who, office.say(who, note), "确认")

    save("liming", "刚拜访完杭州康联，张总有意向，聊了预算，让我11月12号前发报价")
    tick_until("11-06 09:30")
    save("zhouqian", "刚拜访完宁波德力，王工说他们也在看西门子，要走招标，周五前发方案")
    save("liming", "刚拜访完苏州恒达，李总有意向，说预算不足，下周三发报价")
    tick_until("11-09 10:00")
    save("liming", "刚拜访完无锡恒达，吴总要走招标，11月13号前发资料")
    office.press("liming", "node.waive_as:1=lost")
    tick_until("11-13 09:00")
    for item in (2, 3):
        office.press("zhouqian", f"node.attest:{item}")
    tick_until("11-19 15:00")
    return sent


def state_of(office: Office) -> list[object]:
    with office.look() as uow:
        rows = [
            uow._trail.connection.execute(sql(f"SELECT * FROM {table} ORDER BY id")).all() for table in TABLES
        ]
    return [[tuple(row) for row in table] for table in rows]


def test_the_rules_of_today_come_to_what_was_really_sent(office: Office) -> None:
    sent = play_two_weeks(office)
    since = office.now - timedelta(days=14)
    with office.look() as uow:
        history = read_history(uow, since=since, until=office.now)
    run = run_dry(history, office.deps.playbook, calendar=office.deps.calendar, since=since, until=office.now)
    accounts = {office.member(who).id: who for who in ("liming", "zhouqian", "wangjie", "chenliang")}
    dry = [(accounts[each.member_id], f"{each.at:%m-%d %H:%M}") for each in run.messages]
    assert sorted(dry) == sorted(sent)
    assert len(sent) > 10
    assert {who for who, _ in sent} == set(accounts.values())


def test_the_card_has_total_people_worst_days_and_samples(office: Office) -> None:
    sent = play_two_weeks(office)
    card = last_card(office.say("zhaogong", "/试算"))
    assert card.title == "试算：过去 14 天"
    rows = {row.label: row.value for row in card.rows}
    assert rows["会发"] == f"{len(sent)} 条，给 4 人"
    most, count = Counter(who for who, _ in sent).most_common(1)[0]
    assert f"{office.member(most).name} {count} 条" in rows["给谁"]
    (_, day), worst = Counter((who, when[:5]) for who, when in sent).most_common(1)[0]
    assert rows["最多"].endswith(f"一天 {worst} 条")
    assert day in rows["每天"]
    assert len([label for label in rows if label.startswith("例")]) == 3
    assert card.note
    assert "一条也没有发" in card.note


def test_one_rule_alone_and_one_rule_changed(office: Office) -> None:
    play_two_weeks(office)
    alone = last_card(office.say("zhaogong", "/试算 风险预判登记"))
    assert alone.title == "试算：风险预判登记 · 过去 14 天"
    assert "按现在" not in [row.label for row in alone.rows]
    changed = last_card(office.say("zhaogong", "/试算 风险预判登记 预警 10天"))
    rows = {row.label: row.value for row in changed.rows}
    assert rows["按现在"] == alone.rows[0].value
    assert rows["会发"] != rows["按现在"]
    assert "例 1" in rows


def test_nothing_is_sent_to_others_and_nothing_is_written(office: Office) -> None:
    play_two_weeks(office)
    before = state_of(office)
    for asked in ("/试算", "/试算 竞品应对备案 提醒 6小时", "/试算 竞品应对备案 预警 2天"):
        assert {each.to.user_id for each in office.say("zhaogong", asked)} == {"zhaogong"}
    assert state_of(office) == before
    office.at("11-19 15:01")
    assert office.tick() == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/试算 没有的", "没有叫「没有的」的节点。现有：首次需求澄清、"),
        ("/试算 竞品应对备案 提醒", "格式：/试算 节点名"),
        ("/试算 竞品应对备案 提醒 快一点", "格式：/试算 节点名"),
        ("/试算 竞品应对备案 马上 6小时", "格式：/试算 节点名"),
        ("/试算 竞品应对备案 提醒 0小时", "「竞品应对备案 提醒」请设在 30分钟 到 30天 之间。"),
        ("/试算 竞品应对备案 提醒 91天", "请设在 30分钟 到 30天 之间。"),
        ("/试算 竞品应对备案 提醒 2天", "提醒要早于预警"),
    ],
)
def test_a_mistake_is_answered_with_how_to_write_it(office: Office, asked: str, answer: str) -> None:
    assert answer in words(office.say("zhaogong", asked))


@pytest.mark.parametrize("length", ["13小时", "13 小时", "780分钟", "2天", "3工作日"])
def test_lengths_may_be_said_in_every_unit(office: Office, length: str) -> None:
    assert "试算：竞品应对备案" in words(office.say("zhaogong", f"/试算 竞品应对备案 预警 {length}"))


def test_an_empty_past_would_have_sent_nothing(office: Office) -> None:
    card = last_card(office.say("zhaogong", "/试算"))
    assert card.rows[0].value == "20 条，给 2 人"
    assert not [row.label for row in card.rows if row.label.startswith("例")]


@pytest.mark.parametrize("who", ["liming", "wangjie"])
def test_it_is_for_admins(office: Office, who: str) -> None:
    assert "需要管理员权限" in words(office.say(who, "/试算"))
