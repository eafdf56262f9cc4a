"""Known names are repaired by sound; ordinary sentences are left alone, 200 of them."""

from __future__ import annotations

import itertools

import pytest

from bot.domain.understanding import Field, Lexicon
from nlu.drafts import lexicon_from_lists
from tests.nlu.understanding import understand, values

CUSTOMERS_LISTED = """
宁波德力电子有限公司/德力 得力文具集团/得力 苏州恒达精密机械有限公司/恒达 恒大物业/恒大
海天注塑机械有限公司/海天 海田农业/海田 华力电机/华力 永盛商贸有限公司/永盛 金利五金厂/金利
新源电子/新源 同方仪器/同方 天成建材/天成 正和会计师事务所/正和 方圆检测/方圆 利民医院/利民
惠民超市/惠民 光明工厂/光明 大田合作社/大田 宏锐自动化/宏锐 云帆网络/云帆 安道科技/安道 佳成包装/佳成
力扬输送/力扬 万达商管/万达 中天城建/中天 瑞康体检中心/瑞康 长盛汽车/长盛 志诚物流/志诚 实惠便利/实惠
锦江物业/锦江 信达地产/信达 博雅医美/博雅 顺达食品/顺达 时代广场/时代 晨光冷饮/晨光 百川化工/百川
巨力起重/巨力 思源学校/思源 明达照明/明达 联合印务/联合 鼎盛幕墙/鼎盛 泰和化工/泰和
"""
CUSTOMERS = [entry.split("/") for entry in CUSTOMERS_LISTED.split()]
COMPETITORS_LISTED = """
汇川 台达 统一 先正达 海康 大华 科锐 中智 格力 新松 正泰 安川 联影 开立 东软 宇视 精雕 顺丰
"""
COMPETITORS = [entry.split("/") for entry in COMPETITORS_LISTED.split()]
NAMES: Lexicon = lexicon_from_lists({"customers": CUSTOMERS, "competitors": COMPETITORS})

WHO = ("张总", "李工", "采购的小何", "他们老板", "王主任", "前台", "设备科赵科长", "刘姐")
SAID = """
说他们的立场没有变 让我们明天把报告发过去 觉得得利的是我们 说话比较直接，人挺实在
说天气太热，车间里很闷 说新员工培训要两天 说方案基本可以，细节再对一下 说仓库里还有一批旧货
说同意我们的意见 说这个时代做生意不容易 说大家联合起来谈价格 说实惠最要紧 说用电量很大，要省电
说正好下周有空 说颜色要跟原来一样 说安装的时候要有人看着 说海天一色的景区不错 说现在都讲究诚信
说要多沟通多合作 说样品质量不错 说恒温车间造价高 说利润越来越薄 说他女儿今年中考 说合同条款要法务看
说中间出了点差错 说运费大概是货款的一成 说长期合作可以优惠
"""
WHAT = SAID.split()
CLEAN = [who + what for who, what in itertools.product(WHO, WHAT)]

HEARD = {
    "今天去了宏瑞，见了赵工": "宏锐自动化",
    "云凡网络的小纪让我明天演示": "云帆网络",
    "力杨的技术部长要十八台": "力扬输送",
    "长胜汽车的阎总监说可以": "长盛汽车",
    "泰禾化工的裴工来电": "泰和化工",
    "鼎胜幕墙的何总要报价": "鼎盛幕墙",
}


def test_clean_sentences_are_left_alone() -> None:
    assert len(CLEAN) >= 200
    repaired = [text for text in CLEAN if _repairs(text)]
    assert len(repaired) <= len(CLEAN) // 200, repaired


def _repairs(text: str) -> bool:
    return any("heard" in fact.rule for visit in understand(text, NAMES).visits for fact in visit.facts)


@pytest.mark.parametrize(("text", "name"), HEARD.items())
def test_misheard_names_are_repaired(text: str, name: str) -> None:
    assert values(understand(text, NAMES).visit, Field.CUSTOMER) == [name]


@pytest.mark.parametrize(
    ("said", "name"), [("德力", "宁波德力电子有限公司"), ("得力", "得力文具集团"), ("海田", "海田农业")]
)
def test_exact_name_is_never_repaired_to_its_twin(said: str, name: str) -> None:
    assert values(understand(f"{said}的张总要报价", NAMES).visit, Field.CUSTOMER) == [name]


@pytest.mark.parametrize("text", ["得利的张总要报价", "恒打的李工说可以", "海甜的马总要样品"])
def test_a_sound_that_fits_two_names_is_asked(text: str) -> None:
    visit = understand(text, NAMES).visit
    assert values(visit, Field.CUSTOMER) == []
    assert len(visit.mentions[0].candidates) == 2
