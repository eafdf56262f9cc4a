"""What our side is to do next, whose turn it is, whether it is open, and by when."""

from __future__ import annotations

import pytest

from tests.nlu.understanding import deeds, understand

FRIDAY, NEXT_WEEK = "2026-11-13", "2026-11-22"

OPEN = [
    ("张总让我明天发报价", [("send_quote", FRIDAY)]),
    ("张总要我们下周把合同寄过去", [("contract", NEXT_WEEK)]),
    ("我答应明天给他回电话", [("call", FRIDAY)]),
    ("张总说设备坏了，让我们明天派人去修", [("service", FRIDAY)]),
    ("这个价格我得回去跟领导申请", [("internal", None)]),
    ("张总想看案例，我明天发给他", [("send_material", FRIDAY)]),
    ("让我明天把合同拟好，下周带过去签", [("contract", FRIDAY), ("contract", NEXT_WEEK)]),
    ("让我明天寄样品，资料也一起寄过去", [("send_sample", FRIDAY), ("send_material", FRIDAY)]),
    ("张总说下周开评审会，让我把方案发给他", [("send_proposal", NEXT_WEEK)]),
    ("让我尽快发报价", [("send_quote", None)]),
    ("约了张总明天来我们工厂参观", [("meeting", FRIDAY)]),
    ("下周我再去拜访一次", [("visit", NEXT_WEEK)]),
    ("马总要一份最新的价格表，我明早给他", [("send_quote", FRIDAY)]),
    ("下周二上午十点去现场装机", [("service", "2026-11-17T10:00")]),
    ("月底前要把尾款收回来", [("payment", "2026-11-30")]),
    ("我明天找财务开票", [("payment", FRIDAY)]),
    ("她让我把她拉进项目群", [("other", None)]),
    ("他们说下周三前必须到货", [("service", "2026-11-18")]),
    ("让我明天把方案和报价发过去", [("send_proposal", FRIDAY), ("send_quote", FRIDAY)]),
    ("报价单张总催了，我明天给", [("send_quote", FRIDAY)]),
    ("标书我们月底前做好", [("send_proposal", "2026-11-30")]),
    ("让我把合同拟一下，明天传给他", [("contract", FRIDAY)]),
    ("张总说行，那你明天过来给我们演示一下吧", [("demo", FRIDAY)]),
    ("让我明天带着方案去他办公室讲一遍", [("send_proposal", FRIDAY), ("visit", FRIDAY)]),
    ("我明天跟工厂核一下库存再报价", [("internal", FRIDAY), ("send_quote", FRIDAY)]),
    ("得回去跟老板商量", [("internal", None)]),
    ("我明天把三个月的曲线导出来给她", [("send_material", FRIDAY)]),
    ("让我们明天派人驻厂", [("service", FRIDAY)]),
    ("让我们明天送三十个人过去面试", [("service", FRIDAY)]),
    ("请在下周三之前提供认证文件", [("send_material", "2026-11-18")]),
    ("明天她过来看厂，我来安排", [("meeting", FRIDAY)]),
    ("李工还要一份检测报告", [("send_material", None)]),
    ("李工要一份检测报告，我明天发他", [("send_material", FRIDAY)]),
    ("下周三他们老板拍板，让我在这之前把报价发过去", [("send_quote", "2026-11-18")]),
    ("让我送两桶过去给他们尝尝", [("send_sample", None)]),
    ("今天没见到人 明天再跑一趟", [("visit", FRIDAY)]),
]

SHUT = [
    "报价昨天已经发给张总了",
    "张总说明天他自己安排人送过来",
    "张总说样品不用寄了",
    "我说那我寄两套样品过去，他说不用了",
    "张总说下周他们财务付款",
    "本来让我明天过去，后来说不用去了",
    "张总问能不能送货",
    "李工让我不用管",
    "他们下周自己开会定",
    "我说我先不催他",
    "下午去德力电子跟孔经理碰了一下",
    "我跟质检确认了，确实是我们的问题",
    "我们送不了货",
    "早上电话里聊了聊",
    "他们要三百套骨瓷碗",
]


@pytest.mark.parametrize(("text", "expected"), OPEN)
def test_open_deeds_of_ours(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert deeds(understand(text).visit) == expected


@pytest.mark.parametrize("text", SHUT)
def test_what_is_done_refused_or_theirs_is_no_action(text: str) -> None:
    assert deeds(understand(text).visit) == []


def test_taken_over_deadline_is_marked() -> None:
    first, second = understand("让我明天寄样品，资料也一起寄过去").visit.actions
    assert first.due is not None
    assert second.due is not None
    assert (first.due.inferred, second.due.inferred) == (False, True)
