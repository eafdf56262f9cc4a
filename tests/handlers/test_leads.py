"""Leads: who gets one, the timer in working time, taking up, passing on, customers, undo and scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.customers import Customer
from bot.domain.leads import Lead, LeadRule, LeadRules, LeadStatus
from bot.domain.leaves import Leave
from bot.domain.messages import Outgoing
from bot.domain.nudges import Subject
from bot.domain.people import Role
from bot.domain.playbook import Playbook
from tests.handlers.office import KANGLIAN, Office, last_card, value_of, words

ADMIN = "zhaogong"
FIRST = "/线索 绍兴检测中心 / 张主任 138 0000 0000 / 华东 / 生化分析仪 / 想看样机"


def to(office: Office, who: str, shown: list[Outgoing]) -> list[Outgoing]:
    """What of it that person gets."""
    address = office.member(who).address
    return [each for each in shown if each.to == address]


def with_rules(office: Office, *allot: LeadRule) -> None:
    def change(playbook: Playbook) -> Playbook:
        return replace(playbook, leads=LeadRules(allot=allot))

    office.with_playbook(change)


def holder(office: Office, shown: list[Outgoing]) -> str:
    """Who has the card of a new lead."""
    found = [who for who in ("liming", "zhouqian", "hewei") if "新线索" in words(to(office, who, shown))]
    return found[0] if len(found) == 1 else str(found)


def newest(office: Office) -> Lead:
    with office.look() as uow:
        found = [lead for number in range(1, 20) if (lead := uow.leads.get(number))]
    return found[-1]


def test_the_rep_has_a_card_with_the_timer(office: Office) -> None:
    shown = office.say(ADMIN, FIRST)
    card = last_card(to(office, "liming", shown))
    assert card.title == "📞 新线索 · 绍兴检测中心"
    assert [each.label for each in card.buttons] == ["已联系", "转给…"]
    assert (value_of(card, "时限"), value_of(card, "联系人")) == (
        "今天 15:15 前联系最好",
        "张主任 138 0000 0000",
    )
    assert "已分给 李明" in words(to(office, ADMIN, shown))
    lead = newest(office)
    assert (lead.phone, lead.contact, lead.note) == ("138 0000 0000", "张主任", "想看样机")


def test_two_dimensions_decide_and_then_the_load(office: Office) -> None:
    with_rules(
        office,
        LeadRule(regions=("广东", "深圳"), team="华南"),
        LeadRule(products=("伺服",), reps=("周倩",)),
        LeadRule(team="华东"),
    )
    told = [
        ("/线索 甲 / / 深圳 / 伺服", "hewei"),
        ("/线索 乙 / / 杭州 / 伺服系统", "zhouqian"),
        ("/线索 丙 / / 杭州 / 分析仪", "liming"),
        ("/线索 丁 / / 杭州 / 分析仪", "zhouqian"),
        ("/线索 戊", "liming"),
    ]
    given = []
    for said, _ in told:
        given.append(holder(office, office.say(ADMIN, said)))
        office.wait(minutes=1)
    # Of 李明 and 周倩 with one each, whoever waited longer is next; then whoever has fewer.
    assert given == [who for _, who in told]


def test_without_a_rule_a_team_of_the_regions_name_is_meant(office: Office) -> None:
    assert holder(office, office.say(ADMIN, "/线索 某厂 / / 华南")) == "hewei"
    assert holder(office, office.say(ADMIN, "/线索 另一厂 / / 西北")) == "liming"


def test_a_known_customers_owner_gets_it(office: Office) -> None:
    hewei = office.member("hewei")
    with office.look() as uow:
        uow.customers.save(Customer(id=0, name="广州某院", owner_id=hewei.id))
    assert holder(office, office.say(ADMIN, "/线索 广州某院 / / 华东")) == "hewei"


def test_who_is_away_gets_none(office: Office) -> None:
    day = office.now.date()
    ids = office.member("liming").id, office.member("zhouqian").id
    with office.look() as uow:
        uow.leaves.save(Leave(id=0, member_id=ids[0], deputy_id=ids[1], first_on=day, last_on=day))
    assert holder(office, office.say(ADMIN, FIRST)) == "zhouqian"


def test_with_nobody_there_the_admin_chooses(office: Office) -> None:
    reps = [office.member(who) for who in ("liming", "zhouqian", "hewei")]
    with office.look() as uow:
        for rep in reps:
            uow.members.save(replace(rep, active=False))
    shown = office.say(ADMIN, FIRST)
    assert "暂时没有合适的人" in words(shown)
    with office.look() as uow:
        back = next(each for each in uow.members.all() if each.name == "何伟")
        uow.members.save(replace(back, active=True))
    listed = office.say(ADMIN, "/线索")
    assert "还没人接" in words(listed)
    asked = office.tap(ADMIN, listed, "绍兴检测中心")
    assert holder(office, office.tap(ADMIN, asked, "何伟 华南")) == "hewei"


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("11-19 15:00", "11-19 15:15"),
        ("11-19 19:50", "11-20 08:35"),
        ("11-19 23:00", "11-20 08:45"),
        ("11-20 19:55", "11-23 08:40"),
        ("11-21 12:00", "11-23 08:45"),
    ],
)
def test_the_timer_runs_in_working_time(office: Office, moment: str, due: str) -> None:
    office.at(moment)
    office.say(ADMIN, FIRST)
    assert f"{newest(office).due_at:%m-%d %H:%M}" == due


def test_the_supervisor_hears_after_fifteen_minutes_and_again_after_48_hours(office: Office) -> None:
    office.say(ADMIN, FIRST)
    office.wait(minutes=14)
    assert office.tick() == []
    office.wait(minutes=1)
    shown = office.tick()
    assert [each.to for each in shown] == [office.member("wangjie").address]
    assert "李明 可能正忙" in words(shown)
    assert "已等：15 分钟" in words(shown)
    office.at("11-21 14:00")
    assert office.tick() == []
    office.at("11-23 09:00")
    later = office.tick()
    assert "这条线索还等着你" in words(to(office, "liming", later))
    assert "等得有点久了" in words(to(office, "wangjie", later))
    office.wait(days=5)
    assert office.tick() == []


def test_in_touch_in_time_nobody_else_hears(office: Office) -> None:
    shown = office.say(ADMIN, FIRST)
    office.wait(minutes=6)
    done = office.tap("liming", shown, "已联系")
    assert "首次联系：6 分钟" in words(done)
    assert "真快" in words(done)
    office.wait(days=4)
    assert office.tick() == []
    assert "已处理" in words(office.tap("liming", shown, "已联系"))


def test_a_lead_becomes_a_customer_with_one_tap_and_back_by_undo(office: Office) -> None:
    shown = office.say(ADMIN, FIRST)
    done = office.tap("liming", shown, "已联系")
    assert "已归到客户：绍兴检测中心" in words(office.tap("liming", done, "建为客户"))
    with office.look() as uow:
        [customer] = uow.customers.named("绍兴检测中心")
        contacts = [each.name for each in uow.contacts.of(customer.id)]
    assert (customer.owner_id, contacts) == (office.member("liming").id, ["张主任"])
    assert newest(office).customer_id == customer.id
    assert "已处理" in words(office.tap("liming", done, "建为客户"))
    office.say("liming", "撤销")
    with office.look() as uow:
        assert uow.customers.named("绍兴检测中心") == ()
    assert newest(office).customer_id is None


def test_it_joins_a_customer_that_its_name_means(office: Office) -> None:
    shown = office.say(ADMIN, "/线索 杭州康联")
    done = office.tap("liming", shown, "已联系")
    assert [each.label for each in last_card(done).buttons] == ["归到杭州康联"]
    assert KANGLIAN in words(office.tap("liming", done, "归到杭州康联"))


def test_undoing_the_contact_brings_card_and_timers_back(office: Office) -> None:
    shown = office.say(ADMIN, FIRST)
    office.tap("liming", shown, "已联系")
    back = office.say("liming", "撤销")
    assert "📞 新线索 · 绍兴检测中心" in words(back)
    office.wait(minutes=15)
    assert "可能正忙" in words(office.tick())
    office.tap("liming", back, "已联系")
    office.wait(days=4)
    assert office.tick() == []


def test_undoing_the_command_takes_the_lead_away(office: Office) -> None:
    shown = office.say(ADMIN, FIRST)
    assert "已撤销" in words(office.say(ADMIN, "撤销"))
    assert newest(office).status is LeadStatus.CANCELLED
    assert "已处理" in words(office.tap("liming", shown, "已联系"))
    office.wait(days=4)
    assert office.tick() == []


def test_passed_on_it_is_the_others_with_a_timer_of_their_own(office: Office) -> None:
    shown = office.say(ADMIN, FIRST)
    office.wait(minutes=10)
    asked = office.tap("liming", shown, "转给…")
    assert [each.label for each in last_card(asked).choices()] == ["周倩 华东", "何伟 华南"]
    given = office.tap("liming", asked, "何伟 华南")
    assert "谁转来的：李明" in words(to(office, "hewei", given))
    assert "绍兴检测中心 已转给 何伟" in words(to(office, "liming", given))
    assert newest(office).due_at == office.now + timedelta(minutes=15)
    office.wait(minutes=15)
    assert [each.to for each in office.tick()] == [office.member("chenliang").address]
    assert "不在你这里" in words(office.tap("liming", shown, "已联系"))
    assert "首次联系：25 分钟" in words(office.tap("hewei", given, "已联系"))


def test_a_supervisor_passes_on_from_the_alert_but_only_in_the_own_team(office: Office) -> None:
    office.say(ADMIN, FIRST)
    office.wait(minutes=15)
    shown = office.tick()
    asked = office.tap("wangjie", shown, "转给…")
    assert "已转给 周倩" in words(office.tap("wangjie", asked, "周倩 华东"))
    number = newest(office).id
    before = office.rows("leads")
    for who in ("chenliang", "hewei", "liming"):
        assert "已处理" in words(office.press(who, f"lead.pass:{number}"))
        office.press(who, f"lead.give:{number}={office.member('hewei').id}")
        office.press(who, f"lead.contacted:{number}")
        office.press(who, f"lead.create:{number}")
    assert office.rows("leads") == before


def test_the_lists_hold_to_scope_and_tell_response_times(office: Office) -> None:
    shown = office.say(ADMIN, FIRST)
    office.wait(minutes=8)
    office.tap("liming", shown, "已联系")
    office.say(ADMIN, "/线索 佛山某厂 / / 华南")
    assert "都接上了" in words(office.say("zhouqian", "线索"))
    team = words(office.say("wangjie", "线索"))
    assert "李明 · 首次联系中位数：8 分钟" in team
    assert "佛山" not in team
    assert "1 佛山某厂：何伟 · 已等" in words(office.say(ADMIN, "/线索"))
    assert "需要管理员权限" in words(office.say("wangjie", FIRST))


def test_more_leads_than_a_day_has_alerts_come_with_the_digest(office: Office) -> None:
    for number in range(5):
        office.say(ADMIN, f"/线索 公司{number} / / 华东")
        office.wait(minutes=16)
        office.tick()
    assert "都接上了" not in words(office.say("wangjie", "线索"))
    with office.look() as uow:
        steps = [each.step for number in range(1, 6) for each in uow.nudges.of(Subject.LEAD, number)]
    assert steps.count("digest") == 2
    office.at("11-20 08:47")
    office.begin_day()
    digest = words(to(office, "wangjie", office.tick()))
    assert "早上好，王姐" in digest
    assert "公司3" in digest
    assert "公司4" in digest


@pytest.mark.parametrize(
    "said", ["/线索 /", "/线索 / 张总", f"/线索 {'长' * 101}", f"/线索 某厂 / / / / {'长' * 501}"]
)
def test_what_is_no_lead(office: Office, said: str) -> None:
    before = office.rows("leads")
    office.say(ADMIN, said)
    assert office.rows("leads") == before


def test_a_company_without_supervisors_has_its_admin(office: Office) -> None:
    liming = office.member("liming")
    with office.look() as uow:
        uow.members.save(replace(liming, supervisor_id=None))
    office.say(ADMIN, FIRST)
    office.wait(minutes=15)
    assert [each.to for each in office.tick()] == [office.member(ADMIN).address]
    assert office.member(ADMIN).role is Role.ADMIN
    assert isinstance(newest(office).received_at, datetime)
