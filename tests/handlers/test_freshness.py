"""Samples once at the end of each workday, whoever sleeps through it; 「鲜度」 for a rep and for a team."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.freshness import Sample
from handlers.samples import sample_freshness
from tests.handlers.office import Office, last_card, words


def save(office: Office, note: str, *, who: str = "liming") -> None:
    office.tap(who, office.say(who, note), "确认")
    office.wait(minutes=5)


def sample(office: Office) -> int:
    return sample_freshness(open_transaction=office.database.unit_of_work, deps=office.deps, now=office.now)


def samples_of(office: Office, *names: str, day: str) -> list[int | None]:
    ids = [office.member(name).id for name in names]
    wanted = date.fromisoformat(f"2026-{day}")
    with office.look() as uow:
        found: dict[int, Sample] = {each.member_id: each for each in uow.rates.samples(ids, wanted, wanted)}
    return [found[each].minutes for each in ids]


def note_on(customer: str) -> str:
    return f"刚拜访完{customer}，张总有意向，聊了预算，让我12月20号前发报价"


def test_a_company_that_has_just_begun_has_nothing_to_measure(office: Office) -> None:
    office.at("11-19 18:00")
    assert sample(office) == 0


def test_at_six_every_rep_gets_one_row_a_day(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-19 17:59")
    assert sample(office) == 0  # of yesterday: nothing was there then
    office.at("11-19 18:00")
    assert sample(office) == 3
    assert samples_of(office, "liming", "zhouqian", "hewei", day="11-19") == [180, None, None]
    office.at("11-19 19:00")
    save(office, note_on("宁波德力"), who="zhouqian")
    assert sample(office) == 0
    office.at("11-20 18:30")
    assert sample(office) == 3
    assert samples_of(office, "liming", "zhouqian", day="11-20") == [720, 540]


@pytest.mark.parametrize("woke", ["11-21 12:00", "11-23 08:00"])
def test_a_program_that_slept_takes_the_sample_when_it_wakes(office: Office, woke: str) -> None:
    save(office, note_on("杭州康联"))
    office.at(woke)
    save(office, note_on("宁波德力"))
    assert sample(office) == 3
    assert samples_of(office, "liming", day="11-20") == [720]
    assert sample(office) == 0


def test_filler_makes_nothing_fresh(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-19 17:00")
    shown = office.say("liming", "康联已电话沟通")
    for label in ("暂无", "需求沟通", "确认"):
        shown = office.tap("liming", shown, label)
    office.at("11-19 18:00")
    sample(office)
    assert samples_of(office, "liming", day="11-19") == [180]


def test_a_rep_sees_the_own_freshness_and_who_is_silent(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-19 16:30")
    card = last_card(office.say("liming", "鲜度"))
    assert card.rows[0].value == "更新得很及时，客户情况都在。"
    assert card.rows[1].value == "1.5 个工作小时前"
    assert [(row.label, row.value) for row in card.rows[2:]] == [("超30天", "宁波德力、苏州恒达、无锡恒达")]
    office.at("11-24 15:00")
    card = last_card(office.say("liming", "鲜度"))
    assert card.rows[0].value == "下次拜访完随口说一句，我来记。"
    assert [row.label for row in card.rows[2:]] == ["超48小时", "超30天"]


def test_a_supervisor_sees_the_medians_and_the_own_people_only(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-19 17:00")
    save(office, note_on("宁波德力"), who="zhouqian")
    office.at("11-19 18:00")
    sample(office)
    office.at("11-20 10:00")
    card = last_card(office.say("wangjie", "鲜度"))
    lines = {row.label: row.value for row in card.rows}
    assert lines == {
        "现在中位数": "2.0 个工作小时前",
        "18:00 采样": "11-19 周四 1.0 个工作小时前",
        "周倩": "2.0 个工作小时前",
        "李明": "4.0 个工作小时前",
    }
    assert [row.label for row in card.rows[2:]] == ["周倩", "李明"]
    assert "何伟" in words(office.say("zhaogong", "鲜度"))
