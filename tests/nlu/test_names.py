"""Known names: as written, as heard, and never where ordinary words were said."""

from __future__ import annotations

import pytest

from bot.domain.understanding import Field, Lexicon
from nlu.drafts import lexicon_from_lists
from tests.nlu.understanding import understand, values


def lexicon(*customers: list[str], competitors: list[list[str]] | None = None) -> Lexicon:
    return lexicon_from_lists({"customers": customers, "competitors": competitors or []})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("今天去了瑞科机电见刘工", ["无锡锐科机电有限公司", "锐科机电"]),
        ("锐科机电的刘工说", ["无锡锐科机电有限公司", "锐科机电"]),
        ("今天去了锐科，刘工不在", ["无锡锐科机电有限公司"]),
        ("木云食品的李总来电", ["牧云食品有限公司", "牧云食品"]),
        ("蓝宁商贸的周姐说", ["南宁商贸有限公司", "南宁商贸"]),
    ],
)
def test_customer_is_told_by_alias_part_and_sound(text: str, names: list[str]) -> None:
    assert values(understand(text, lexicon(names)).visit, Field.CUSTOMER) == [names[0]]


@pytest.mark.parametrize(
    "text",
    [
        "康联物流的李经理说要报价",
        "启明教育的王总说要报价",
    ],
)
def test_another_firm_is_not_taken_for_a_known_one(text: str) -> None:
    known = lexicon(["杭州康联医疗科技有限公司", "康联"], ["启航教育科技有限公司", "启航教育"])
    assert values(understand(text, known).visit, Field.CUSTOMER) == [text[:4]]


def test_common_word_is_not_repaired_to_a_name() -> None:
    known = lexicon(competitors=[["统一"]])
    assert values(understand("他们领导同意了，让我明天过去", known).visit, Field.COMPETITOR) == []


def test_particles_are_no_part_of_a_misheard_name() -> None:
    assert understand("康联的李工说可以", lexicon(["德力", "德力"])).visit.mentions == ()
    assert values(understand("见了李工的李助理", lexicon(["德力"])).visit, Field.CUSTOMER) == []


def test_exact_name_wins_over_one_that_sounds_the_same() -> None:
    known = lexicon(["宏瑞设备有限公司", "宏瑞"], ["宏锐自动化有限公司", "宏锐"])
    assert values(understand("宏锐的赵工说要报价", known).visit, Field.CUSTOMER) == ["宏锐自动化有限公司"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("今天拜访了远航电缆厂，见到采购部的季经理", "远航电缆厂"),
        ("跟汇鑫铝业的总经理聊了聊，鲍总也在", "汇鑫铝业"),
        ("刚从明德中学出来，总务处的范老师说缺二十台投影", "明德中学"),
    ],
)
def test_unknown_customer_is_found_by_form_and_place(text: str, name: str) -> None:
    found = values(understand(text, Lexicon()).visit, Field.CUSTOMER)
    assert found
    assert name.startswith(found[0]) or found[0] == name
