"""Which names a recogniser is primed with, and in which order."""

from __future__ import annotations

import pytest

from bot.domain.understanding import LexiconEntry
from handlers.names import clearest_name, names_to_expect, shortest_name
from tests.handlers.office import NOTE, Office


def expected(office: Office, who: str) -> list[str]:
    member = office.member(who)
    with office.look() as uow:
        return list(names_to_expect(uow, member))


@pytest.mark.parametrize(
    ("names", "clearest", "shortest"),
    [
        (("杭州康联医疗科技有限公司", "康联", "杭州康联"), "杭州康联", "康联"),
        (("西门子工业", "西门子"), "西门子", "西门子"),
        (("张总",), "张总", "张总"),
    ],
)
def test_a_customer_is_told_apart_and_a_person_called_shortly(
    names: tuple[str, ...], clearest: str, shortest: str
) -> None:
    entry = LexiconEntry(key="1", names=names)
    assert (clearest_name(entry), shortest_name(entry)) == (clearest, shortest)


def test_the_latest_customer_and_its_people_come_first(office: Office) -> None:
    office.tap("liming", office.say("liming", "刚拜访完宁波德力，孙总让我周五前发方案，聊了需求"), "确认")
    office.wait(minutes=5)
    office.tap("liming", office.say("liming", NOTE), "确认")
    names = expected(office, "liming")
    assert names[:2] == ["杭州康联", "宁波德力"]
    assert names.index("张总") < names.index("孙总") < names.index("西门子")
    assert len(names) == len(set(names))


def test_another_teams_customers_are_not_whispered(office: Office) -> None:
    assert "杭州康联" not in expected(office, "hewei")
