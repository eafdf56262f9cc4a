"""People of the customer, of ours and of rivals; who decides."""

from __future__ import annotations

import pytest

from bot.domain.understanding import Field, Lexicon
from tests.nlu.understanding import understand, values


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("采购部王主任说要报价", ["王主任"]),
        ("技术总监方圆说参数不对", ["方圆"]),
        ("我和我们李总一起去见了赵工", ["赵工"]),
        ("老葛和小莫都在，芳姐请假了", ["老葛", "小莫", "芳姐"]),
        ("项目经理孙伟介绍了情况，孙经理嫌贵", ["孙伟"]),
        ("Vivian说要看样品，Coco姐没意见", ["Vivian", "Coco姐"]),
        ("接手的是钟晓，以前的马工离职了", ["钟晓", "马工"]),
        ("折扣我回去问张总（我们大区经理）", []),
    ],
)
def test_people_of_the_customer(text: str, people: list[str]) -> None:
    assert values(understand(text, Lexicon()).visit, Field.CONTACT) == people


@pytest.mark.parametrize(
    ("text", "deciders"),
    [
        ("李工说这个要上董事会", ["董事会"]),
        ("李工说他只管技术，采购要钮总批", ["钮总"]),
        ("赵总当场拍板了", ["赵总"]),
        ("王主任说他不能拍板，得过集团采购中心", ["集团采购中心"]),
        ("下周和财务碰预算", ["财务"]),
        ("李工说钱得等教育局批下来", ["教育局"]),
        ("李工说我们财务要先审一下", []),
        ("李工说这个数得财务总监签字", ["财务总监"]),
        ("小陈说王院长那边要先同意", ["王院长"]),
        ("刘经理说最终由采购委员会定", ["采购委员会"]),
        ("跟张店长聊了，他自己就能定", ["张店长"]),
        ("李总不点头，孙工也不敢用", ["李总"]),
        ("要等总经理回来拍板", ["总经理"]),
        ("最后还得看王董的意思", ["王董"]),
        ("采购流程要走集团招标平台", []),
    ],
)
def test_deciders(text: str, deciders: list[str]) -> None:
    assert values(understand(text, Lexicon()).visit, Field.DECISION_MAKER) == deciders


def test_words_said_keep_the_role_and_the_value_drops_it() -> None:
    fact = understand("采购部王主任说要报价", Lexicon()).visit.first(Field.CONTACT)
    assert fact is not None
    assert (fact.value, fact.said) == ("王主任", "采购部王主任")
