"""What a person wants: reports are never swallowed by questions or greetings."""

from __future__ import annotations

import pytest

from bot.domain.understanding import Intent
from tests.nlu.understanding import understand

CASES = {
    Intent.NOTHING: ["", "  ", "😀😀", "……", "\x00"],
    Intent.SMALL_TALK: ["你好", "谢谢", "收到，谢谢", "好的", "hello"],
    Intent.UNDO: ["撤销", "撤回", "取消刚才那条", "刚才那条不算", "撤销上一条"],
    Intent.QUERY: [
        "今天有什么安排",
        "这周有哪些待办",
        "康联什么时候到期",
        "帮我查一下康联",
        "我今天要做什么",
        "康联到哪一步了",
        "还有几个待办",
        "张总的电话是多少",
    ],
    Intent.SUPPLEMENT: ["补充：张总说预算三十万", "再补充一点，他们决策人是李总", "补一句，竞品是西门子"],
    Intent.CORRECTION: ["不对，是这周五", "不是康联，是德力电子", "金额应该是三十万", "改成下周三"],
    Intent.REPORT: [
        "刚拜访完杭州康联，张总说下周和财务碰预算，让我发三份报价。",
        "康联张总问什么时候能到货",
        "今天康联有什么需求都谈了，让我明天发报价",
        "张总说谢谢我们，让我明天过去",
        "嗯今天去了德力机械没见到人",
        "看了一下康联的现场，没什么问题",
        "康联那边有几个客户在用西门子",
        "张总问合同是谁签",
        "查了库存还有二十台，已经告诉李工",
        "这周拜访了三家，康联还没定",
        "康联现在什么情况我问了，张总说等预算",
    ],
}


@pytest.mark.parametrize(
    ("intent", "text"), [(intent, text) for intent, texts in CASES.items() for text in texts]
)
def test_intent_is_told(intent: Intent, text: str) -> None:
    assert understand(text).intent is intent
