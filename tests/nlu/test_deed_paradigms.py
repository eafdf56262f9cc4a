"""The ways reps say each kind of deed: asked for by tomorrow, it is found with its kind and day."""

from __future__ import annotations

import pytest

from bot.domain.understanding import ActionKind
from tests.nlu.understanding import deeds, understand

KINDS = {
    ActionKind.SEND_QUOTE: (
        "发报价 报个价 重新报一版 给个底价 把价目表发他 出一份正式报价 报个阶梯价 更新一下报价 给他估个价 "
    ),
    ActionKind.SEND_PROPOSAL: (
        "出个方案 把标书做好 改一版设计稿 写个合作方案 提交实施计划 做个规划给他 画个效果图 "
    ),
    ActionKind.SEND_MATERIAL: (
        "发资料 补一份检测报告 把资质寄过去 拿几本画册给他 发两个案例 把营业执照发他 做个对比表 "
        "发一段操作视频 把说明书给他 列一份用户名单 开一份授权书 把参数表发过去 "
    ),
    ActionKind.SEND_SAMPLE: (
        "寄样品 送两套试用装 打个样寄过去 带几块样板过去 拿三款样衣给他挑 寄一包过去试试 快递两个小样 "
    ),
    ActionKind.VISIT: (
        "去拜访他 去他办公室坐坐 上门聊聊 过去一趟 去现场看看 去工地量尺寸 登门拜访 跑一趟 去见他们厂长 "
    ),
    ActionKind.CALL: (
        "打个电话 给他回话 给他回个电话 跟他微信沟通 发个消息 联系他 答复他 给他个准信 回访一下 "
        "提醒他 通知他 告诉他结果 "
    ),
    ActionKind.MEETING: (
        "请他吃饭 约他吃个饭 带他来公司参观 开个视频会 约他们老板见个面 安排一次技术交流 请他来工厂看看 "
    ),
    ActionKind.DEMO: (
        "做个演示 给他演示一下 安排试用 做一次现场测试 带设备过去试机 做POC 上机测试 试切一次 "
    ),
    ActionKind.CONTRACT: (
        "签合同 把合同寄过去 拟合同 把合同盖章寄回 发一份合同 续签 改合同条款 把协议签了 带合同过去签 "
    ),
    ActionKind.PAYMENT: (
        "开发票 催款 把发票寄过去 对账 把尾款收回来 开专票 去催一下尾款 把对账单发过去 办请款 "
    ),
    ActionKind.INTERNAL: (
        "问下公司 跟领导申请折扣 查一下库存 跟工厂确认交期 请示领导 回去商量 申请特价 走审批 "
        "核一下交期 问一下技术部 "
    ),
    ActionKind.SERVICE: (
        "派人去修 把货送到 安排发货 去装机 做一次培训 派工程师过去 换一台新的 补货 处理一下投诉 "
        "上门检修 派人驻厂 把设备装好 送货 "
    ),
    ActionKind.OTHER: ("送个花篮 订酒店 拉个群 注册供应商账号 订机票 做供应商入库 送两盒月饼 "),
}
WAYS = [
    "张总让我明天把报价发过去",
    "张总要求明天把报价发过去",
    "张总说明天把报价发给他",
    "张总希望明天看到报价",
    "张总想明天拿到报价",
    "张总等着要报价，明天给他",
    "张总明天要报价",
    "明天得把报价发给张总",
    "明天要给张总发报价",
    "明天给张总发报价",
    "我打算明天给张总发报价",
    "计划明天给张总发报价",
    "准备明天给张总发报价",
    "答应张总明天发报价",
    "答应了明天把报价给他",
    "说好明天发报价",
    "约定明天发报价",
    "下一步：明天发报价",
    "待办：明天发报价给张总",
    "跟进：明天发报价",
    "我跟张总说明天发报价",
    "跟张总说好了明天发报价给他",
    "张总让明天发份报价",
    "张总要我们明天之前把报价发给他",
    "麻烦明天把报价发一下，张总说",
    "报价明天发给张总",
    "报价最晚明天给张总",
    "明天前必须把报价给到张总",
    "张总叫明天发报价",
    "他说最好明天能把报价发过去",
    "需要明天发报价给他",
    "还需要明天给他发报价",
    "还欠他一份报价，明天发",
    "后续明天发报价",
    "接下来明天发报价",
    "回去明天发报价给他",
    "尽量明天发报价给他",
    "承诺明天发报价",
    "明天记得发报价给张总",
    "记一下明天发报价",
    "张总提出让我们明天报价",
    "明天我把报价发了",
    "我们明天出报价给他",
    "由我明天发报价",
    "张总建议我明天先发个报价",
    "张总说报价明天给他就行",
]
CASES = [(words, kind) for kind, said in KINDS.items() for words in said.split()]


@pytest.mark.parametrize(("words", "kind"), CASES)
def test_every_way_of_asking_is_heard(words: str, kind: ActionKind) -> None:
    assert deeds(understand(f"张总让我明天{words}").visit) == [(kind.value, "2026-11-13")]


def test_every_kind_has_its_paradigm() -> None:
    assert set(KINDS) == set(ActionKind)


@pytest.mark.parametrize("text", WAYS)
def test_a_quotation_for_tomorrow_is_heard_whoever_says_it(text: str) -> None:
    assert deeds(understand(text).visit) == [("send_quote", "2026-11-13")]
