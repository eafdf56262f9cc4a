"""The ways reps say each signal, as paradigms, and plain sentences that only sound like it."""

from __future__ import annotations

import itertools

import pytest

from bot.domain.understanding import Signal
from tests.nlu.understanding import understand

WHO = ("张总说", "李工那边", "电话里她提到")

SAID = {
    Signal.PRICE: (
        "价格偏高", "我们报价太高了", "比西门子贵了一截", "想再便宜点", "让我们降三个点", "能不能打个九折",
        "最多给到八十万", "只肯出3500", "零头抹掉就签", "单价还得再谈下来一点", "嫌贵", "有点接受不了这个价",
        "安装费能不能免", "希望优化一下价格", "价格比海康高了不少",
    ),
    Signal.BUDGET: (
        "预算还没批", "今年预算已经用完了", "预算被砍了三成", "经费要等六月才批", "钱还没到位", "手头紧",
        "正在报预算", "预算超支了", "资金紧张", "还在等拨款", "总部不批钱", "要看预算",
    ),
    Signal.TENDER: (
        "要走公开招标", "下个月开标", "按规定要三家比价", "走竞争性磋商", "要挂网采购", "必须走政府采购",
        "标书这周发", "走询价流程",
    ),
    Signal.COMPARE: (
        "还在货比三家", "几家都在看", "想多看几家", "也找了西门子", "要拿我们跟西门子对比", "正在选型",
        "还在犹豫选哪家", "让三家都来报", "同时在试西门子的", "两家对照着看",
    ),
    Signal.AUTHORITY: (
        "他做不了主", "这事得上会讨论", "要跟领导汇报", "得报集团审批", "不是他能定的", "权限不够",
        "要等上面批", "得请示总部",
    ),
    Signal.TIMING: (
        "今年先不买", "放到明年再说", "项目推迟了", "要拖到下半年", "先缓一缓", "年后再谈", "不着急换",
        "近期不考虑", "等忙完这阵再说", "这个计划搁置了", "六月再说", "排到明年了",
    ),
    Signal.INCUMBENT: (
        "现在用的挺好", "没打算换", "用惯了西门子", "跟西门子签了三年", "合作十几年了", "换起来太麻烦",
        "有独家协议", "合同没到期动不了", "没理由换", "现在那家用着很顺手",
    ),
    Signal.TECHNICAL: (
        "设备老是报警", "担心精度不够", "跟他们系统不兼容", "怀疑轴承磨损", "样品硬度偏低", "用了半年就生锈",
        "参数达不到", "图像卡顿", "读卡不灵敏", "温度太高", "怕高温下变色", "问能不能对接MES",
    ),
    Signal.DELIVERY: (
        "交期太长", "怕赶不上开业", "催货催得紧", "担心供不上", "上批货晚到了三天", "怕我们发不出来",
        "货还是不及时", "老是断货", "时效慢", "来不及了",
    ),
    Signal.SERVICE: (
        "售后响应慢", "报修三天才来", "没人教他们用", "怕售后跟不上", "电话老打不通", "附近没有服务网点",
        "培训不到位", "没有一个人回他", "操作工不会用",
    ),
    Signal.TRUST: (
        "怀疑我们的资质", "没听说过我们", "嫌我们是小厂", "信不过我们", "问有没有类似案例", "心里没底",
        "我们没有同类业绩", "怕我们跑路", "对我们不太信任",
    ),
    Signal.CONTACT_CHANGE: (
        "原来的采购离职了", "换了个新主任", "负责人调走了", "以后由小李对接", "采购总监跳槽了",
        "新来的经理还不熟", "王科长退休了", "工作交接给小陈了", "刚换了园长",
    ),
    Signal.INTENT: (
        "要我们报价", "想订二十台", "让把合同发过去", "先下五十件试试", "决定用我们", "问多少钱一台",
        "同意签合同", "准备采购一批", "首单80吨", "很感兴趣", "就跟我们签", "想早点订货", "要续约",
    ),
}  # fmt: skip

PLAIN = (
    "今天拜访了张总，聊了聊近况",
    "我明天给张总打电话",
    "张总请我喝茶，谈得很愉快",
    "价格没问题，张总很爽快",
    "预算已经批下来了",
    "不用招标",
    "质量问题已经解决了",
    "交期没问题",
    "张总对我们的服务满意",
    "他们不缺钱",
    "资质都看过了，没疑问",
    "张总还是老样子，没换人",
    "上次嫌贵的事已经谈妥了",
    "原来担心精度，现在放心了",
    "我回去把资料整理一下",
    "我年后再去拜访他",
    "仓库压了一堆货",
    "我们公司下半年重点跑医院",
    "路上堵了两个小时",
    "我做不了主，得回去请示",
    "今天没见到人，前台说他出差了",
    "张总的女儿考上大学了",
    "下周三去参加展会",
    "把上个月的发票开过去",
)

CASES = [
    (who + words, signal)
    for signal, said in SAID.items()
    for words, who in zip(said, itertools.cycle(WHO), strict=False)
]


@pytest.mark.parametrize(("text", "signal"), CASES)
def test_every_way_of_saying_it_is_heard(text: str, signal: Signal) -> None:
    assert signal in understand(text).visit.signals()


@pytest.mark.parametrize("text", PLAIN)
def test_plain_sentences_show_nothing(text: str) -> None:
    assert understand(text).visit.signals() == frozenset()


def test_every_signal_has_its_paradigm() -> None:
    assert set(SAID) == set(Signal)
