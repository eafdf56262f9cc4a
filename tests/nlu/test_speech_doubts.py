"""What noise makes of whisper is doubted, and what people say is not."""

from __future__ import annotations

import pytest

from nlu.speech_doubts import Doubt, find_doubt
from nlu.speech_engines import Heard
from nlu.speech_prompt import PRIMING, build_prompt

NAMES = ("杭州康联", "康联", "宁波德力", "苏州恒达", "张总", "李经理")
PROMPT = build_prompt(NAMES[::-1], count_tokens=len)

CASES = [
    ("刚拜访完杭州康联，张总说下周和财务碰预算。", {}, None),
    ("杭州康联、宁波德力，下周都要去一次。", {}, None),
    ("杭州康联今天下单了。", {}, None),
    ("没什么进展。", {}, None),
    ("对对对。", {}, None),
    ("今天拜访了客户，报价和竞品对比都要。", {}, None),
    ("", {}, None),
    ("李经理、李经理、李经理", {"compression": 16.3}, Doubt.LOOPED),
    ("今天去了趟杭州康联见到了张总谈了预算的事情", {"speech_seconds": 2.0}, Doubt.TOO_FAST),
    ("今天去了康联", {"speech_seconds": 0.4}, None),
    ("以下是普通话的销售拜访记录", {}, Doubt.ECHOED),
    ("以下是普通話的銷售拜訪記錄", {}, Doubt.ECHOED),
    (PRIMING, {}, Doubt.ECHOED),
    ("要三份报价、竞品对比，下周招标", {}, None),
    ("三份报价、竞品对比、决策人、采购部", {}, Doubt.ECHOED),
    ("杭州康联、康联、宁波德力、苏州恒达、还有别的", {}, Doubt.ECHOED),
    ("杭州康联。", {}, Doubt.NAMES_ONLY),
    ("宁波德力、苏州恒达、绍兴", {"logprob": -0.55}, Doubt.NAMES_ONLY),
    ("客户说可以的", {"logprob": -1.2}, Doubt.UNSURE),
    ("客户说可以的", {"no_speech": 0.87}, Doubt.UNSURE),
    ("轻轻轻轻轻", {}, Doubt.MUMBLED),
]


@pytest.mark.parametrize(("text", "measures", "doubt"), CASES)
def test_doubts(text: str, measures: dict[str, float], doubt: Doubt | None) -> None:
    values = {"logprob": -0.2, "compression": 1.0, "no_speech": 0.05, "speech_seconds": 6.0} | measures
    speech_seconds = values.pop("speech_seconds")
    heard = Heard(text=text, **values)
    assert find_doubt(heard, speech_seconds=speech_seconds, prompt=PROMPT) is doubt


def test_a_name_is_no_doubt_where_none_was_primed() -> None:
    heard = Heard(text="杭州康联", logprob=-0.2, compression=1.0, no_speech=0.1)
    assert find_doubt(heard, speech_seconds=1.0) is None
