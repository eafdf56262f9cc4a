"""What a voice note becomes: its words, or the reason why there are none."""

from __future__ import annotations

import pytest

from bot.domain.errors import NoSpeech, NotAudio, SpeechError
from bot.domain.messages import Voice
from bot.listener import Heard, Interrupted, Listener
from bot.metrics import Metrics
from config.playbook import load_playbook
from nlu.speech_audio import Flaw, TooMuchAudio
from tests.bot.test_dispatcher import Ear

VOICE = Voice(media_ref="v", format="amr", seconds=4.0)


def listener(ear: Ear, *, opened: list[int] | None = None) -> Listener:
    def open_ear() -> Ear:
        if opened is not None:
            opened.append(1)
        return ear

    limits = load_playbook().limits
    return Listener(open_ear, limits=limits, metrics=Metrics())  # type: ignore[arg-type]


async def listen(ear: Ear, voice: Voice = VOICE) -> Heard:
    return await listener(ear).listen(voice, b"", names=("康联",), half_way=lambda: None)


async def test_words_come_with_the_length_of_the_sound() -> None:
    ear = Ear(hears=["下周碰预算"])
    assert await listen(ear) == Heard(text="下周碰预算", seconds=3.0)
    assert ear.primed == [("康联",)]


async def test_a_platforms_transcript_is_taken_as_it_is() -> None:
    ear = Ear()
    said = Voice(media_ref="v", format="amr", seconds=4.0, transcript="下周碰预算")
    assert await listen(ear, said) == Heard(text="下周碰预算", seconds=4.0)
    assert ear.primed == []


@pytest.mark.parametrize("transcript", ["", None])
async def test_an_empty_transcript_is_none(transcript: str | None) -> None:
    said = Voice(media_ref="v", format="amr", transcript=transcript)
    assert (await listen(Ear(hears=["听到了"]), said)).text == "听到了"


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (NoSpeech("silence"), "voice.no_speech"),
        (NotAudio("no sound"), "voice.not_audio"),
        (TooMuchAudio(Flaw.TOO_LONG), "voice.too_long"),
        (SpeechError("else"), "voice.too_long"),
    ],
)
async def test_bad_sound_is_a_reason_and_no_error(error: SpeechError, problem: str) -> None:
    assert await listen(Ear(hears=[error])) == Heard(problem=problem)


async def test_any_other_error_is_one() -> None:
    with pytest.raises(RuntimeError):
        await listen(Ear(hears=[RuntimeError("no memory")]))


async def test_the_model_is_opened_once_and_only_where_it_is_needed() -> None:
    opened: list[int] = []
    here = listener(Ear(hears=["一", "二"]), opened=opened)
    here.close()
    assert opened == []
    for _ in range(2):
        await here.listen(VOICE, b"", names=(), half_way=lambda: None)
    await here.ready()
    assert opened == [1]
    here.close()


async def test_half_way_is_told_once() -> None:
    told: list[int] = []
    await listener(Ear(hears=["长"])).listen(VOICE, b"", names=(), half_way=lambda: told.append(1))
    assert told == [1]


async def test_a_long_note_does_not_hold_up_the_end() -> None:
    here = listener(Ear(hears=["长"]))
    with pytest.raises(Interrupted):
        await here.listen(VOICE, b"", names=(), half_way=here.close)
