"""Real notes through the real weights: words, names, refusals, both engines."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import NoSpeech, NotAudio
from nlu.speech import Recogniser, Transcript, open_recogniser
from nlu.speech_audio import Samples, TooMuchAudio, decode_audio
from tests.eval.error_rate import count_errors, count_names
from tests.eval.speech import DEMO_NAMES
from tests.nlu.sounds import (
    SAMPLE_NOTES,
    drums,
    encode,
    encode_amr,
    hiss,
    read_note,
    rumble,
    silence,
    singing,
    tone,
    tune,
)

heavy = pytest.mark.heavy


def test_what_is_no_speech_never_loads_a_model(tmp_path: Path) -> None:
    def load() -> None:
        raise AssertionError("the model was asked for")

    deaf = Recogniser(load, model="none")  # type: ignore[arg-type]
    for sound in (silence(3), hiss(5), rumble(5), tone(3), tune(), drums(), silence(0.02)):
        with pytest.raises(NoSpeech):
            deaf.transcribe(encode_amr(sound), names=DEMO_NAMES)
    with pytest.raises(NotAudio):
        deaf.transcribe(b"<html></html>")
    with pytest.raises(TooMuchAudio):
        deaf.transcribe(read_note("01"), max_seconds=2.0)
    deaf.close()


@heavy
def test_all_sample_notes_are_understood(recogniser: Recogniser) -> None:
    notes = [json.loads(line) for line in (SAMPLE_NOTES / "manifest.jsonl").read_text("utf-8").splitlines()]
    wrong = characters = found = said = 0
    for note in notes:
        transcript = recogniser.transcribe((SAMPLE_NOTES / note["file"]).read_bytes(), names=DEMO_NAMES)
        errors, length = count_errors(note["text"], transcript.text)
        names = [name for name in DEMO_NAMES if name in note["text"]]
        wrong, characters = wrong + errors, characters + length
        found, said = found + count_names(names, transcript.text), said + len(names)
        assert transcript.flags == ()
        assert transcript.seconds == pytest.approx(note["seconds"], abs=0.1)
    assert wrong / characters < 0.10
    assert found / said > 0.8


@heavy
def test_the_first_note_of_the_story(recogniser: Recogniser) -> None:
    transcript = recogniser.transcribe(read_note("01"), names=DEMO_NAMES)
    assert transcript.text.startswith("刚拜访完杭州康联，张总说下周和财务碰预算，让我发三")
    assert transcript.text.endswith("报价。")
    assert (transcript.engine, transcript.model) == ("faster-whisper", "base")
    assert [segment.text for segment in transcript.segments] == [transcript.text]


@heavy
@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [
        ("ogg", "libopus", 48_000),
        ("webm", "libopus", 48_000),
        ("mp3", "libmp3lame", 16_000),
        ("ipod", "aac", 44_100),
        ("wav", "pcm_s16le", 16_000),
    ],
)
def test_the_same_words_in_every_format(
    recogniser: Recogniser, container: str, codec: str, rate: int
) -> None:
    sound = encode(decode_audio(read_note("12")), container=container, codec=codec, rate=rate)
    assert recogniser.transcribe(sound).text == "今天电话沟通了一下，没什么进展。"


@heavy
@pytest.mark.parametrize("sound", [singing(8), singing(3)], ids=["8 s", "3 s"])
def test_singing_never_becomes_names(recogniser: Recogniser, sound: Samples) -> None:
    with pytest.raises(NoSpeech):
        recogniser.transcribe(encode_amr(sound), names=DEMO_NAMES)


@heavy
def test_a_long_note_reports_its_progress_and_keeps_names_to_the_end(recogniser: Recogniser) -> None:
    order = ("01", "02", "03", "05", "07", "02")
    notes = [piece for number in order for piece in (decode_audio(read_note(number)), silence(0.7))]
    shares: list[float] = []
    transcript = recogniser.transcribe(
        encode_amr(np.concatenate(notes)), names=DEMO_NAMES, progress=shares.append
    )
    assert len(shares) == len(transcript.segments) > 1
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert transcript.text.count("西门子") == 4
    assert transcript.segments[-1].text.count("西门子") >= 1


@heavy
def test_notes_from_many_threads_wait_for_each_other(recogniser: Recogniser) -> None:
    with ThreadPoolExecutor(3) as pool:
        texts = list(
            pool.map(lambda number: recogniser.transcribe(read_note(number)).text, ["12", "06", "12"])
        )
    assert texts[0] == texts[2] != texts[1]


@heavy
@pytest.mark.filterwarnings("ignore:.*tiktoken:pytest.PytestUnraisableExceptionWarning")
def test_openai_whisper_hears_the_same(weights_dir: Path, recogniser: Recogniser) -> None:
    reference = open_recogniser(engine="whisper", weights_dir=weights_dir, threads=2)
    heard: list[Transcript] = [
        each.transcribe(read_note("12"), names=DEMO_NAMES) for each in (reference, recogniser)
    ]
    reference.close()
    assert heard[0].text == heard[1].text == "今天电话沟通了一下，没什么进展。"
    assert [transcript.engine for transcript in heard] == ["whisper", "faster-whisper"]
