"""A doubtful window is heard again without names, and believed only then."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from nlu.speech_engines import EngineKind, Heard
from nlu.speech_listening import Flag, hear_window
from nlu.speech_prompt import build_prompt
from nlu.speech_vad import Window
from tests.nlu.sounds import silence

PROMPT = build_prompt(("杭州康联", "康联", "李经理"), count_tokens=len)


@dataclass(slots=True)
class ScriptedEngine:
    """Answers with one text when primed with names, with another when not."""

    primed: Heard
    plain: Heard
    prompts: list[str] = field(default_factory=list)
    kind: EngineKind = EngineKind.WHISPER

    def count_tokens(self, text: str) -> int:
        return len(text)

    def hear(self, samples: object, *, prompt: str) -> Heard:
        self.prompts.append(prompt)
        return self.primed if prompt else self.plain


def heard(text: str, *, logprob: float = -0.3, compression: float = 1.0) -> Heard:
    return Heard(text=text, logprob=logprob, compression=compression, no_speech=0.1)


GOOD = heard("剛去了杭州康聯,張總同意了")
LOOP = heard("李经理、李经理、李经理", compression=12.0)
CASES = [
    (GOOD, LOOP, "刚去了杭州康联，张总同意了", set(), 1),
    (LOOP, GOOD, "刚去了杭州康联，张总同意了", {Flag.UNPRIMED}, 2),
    (LOOP, LOOP, "", {Flag.PARTIAL}, 2),
    (LOOP, heard(""), "", {Flag.PARTIAL}, 2),
    (LOOP, heard("嗯嗯", logprob=-2.6), "", {Flag.PARTIAL}, 2),
    (heard("杭州康联。"), heard("杭州康蓮。"), "杭州康联。", set(), 2),
    (heard("杭州康联。"), heard("今天下雨了。"), "今天下雨了。", {Flag.UNPRIMED}, 2),
    (heard("杭州康联。"), heard(""), "", {Flag.PARTIAL}, 2),
    (heard("谢谢观看。"), heard(""), "", {Flag.PHANTOM}, 1),
    (heard("已经签了，谢谢大家观看"), heard(""), "已经签了，", {Flag.PHANTOM}, 1),
]


@pytest.mark.parametrize(("primed", "plain", "text", "flags", "asked"), CASES)
def test_a_window_is_heard(primed: Heard, plain: Heard, text: str, flags: set[Flag], asked: int) -> None:
    engine = ScriptedEngine(primed=primed, plain=plain)
    window = Window(samples=silence(4), start=0.0, end=4.0, speech_seconds=4.0)
    part = hear_window(engine, window, prompt=PROMPT)
    assert (part.text, part.flags) == (text, flags)
    assert len(engine.prompts) == asked
    assert engine.prompts[1:] in ([], [""])
