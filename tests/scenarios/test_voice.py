"""Voice notes end to end with real weights: what is heard, and what is no speech."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from bot.console_ports import ShippedSamples
from storage.database import Database
from storage.tables import visits
from tests.scenarios.conftest import Town
from tests.scenarios.test_survive import count, shows

RATE = 16000

pytestmark = [pytest.mark.heavy, pytest.mark.usefixtures("weights_dir")]


def wav(samples: np.ndarray) -> bytes:
    """The samples, -1 to 1, as a WAV file."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32000).astype("<i2").tobytes())
    return written.getvalue()


def chords(seconds: int) -> np.ndarray:
    """Something like music: three changing tones with a beat."""
    at = np.arange(seconds * RATE) / RATE
    root = 220 * 2 ** (np.floor(at * 2) % 5 / 12)
    tones = sum(np.sin(2 * np.pi * root * ratio * at) for ratio in (1, 1.25, 1.5))
    return 0.25 * tones * (0.6 + 0.4 * np.sin(2 * np.pi * 2 * at))


NOISE = np.random.default_rng(7).normal(0, 0.1, 3 * RATE).clip(-1, 1)


@pytest.mark.parametrize(
    ("sound", "answer"),
    [(np.zeros(2 * RATE), "没听到内容"), (NOISE, "没听到内容"), (chords(4), "没听到内容")],
    ids=["silence", "noise", "music"],
)
async def test_no_speech_makes_no_record(
    town: Town, company: Database, sound: np.ndarray, answer: str
) -> None:
    """D-9: silence, noise and music are answered kindly; nothing is recorded, and the sound is kept."""
    liming = await town.enter("liming")
    await liming.speak(wav(sound), name="note.wav", seconds=len(sound) / RATE)
    await liming.wait_for(shows(answer))
    assert count(company, visits) == 0
    assert len(list(town.parts.settings.media_dir.rglob("*"))) > 1


async def test_a_text_file_named_amr_is_refused_as_voice(town: Town) -> None:
    """A text file that calls itself a sound is told so before it is taken for a note."""
    liming = await town.enter("liming")
    await liming.speak(b"this is no sound", name="note.amr")
    assert any("音频" in problem or "声音" in problem or "录音" in problem for problem in liming.problems)


async def test_a_broken_sound_keeps_its_file(town: Town, company: Database) -> None:
    """An AMR header with rubbish behind it: the rep is told, nothing is lost, and the next note goes on."""
    liming = await town.enter("liming")
    await liming.speak(b"#!AMR\n" + b"\xff\x00\x13" * 400, name="broken.amr")
    await liming.wait_for(lambda message: message["from"] == "bot" and "先留着" in str(message))
    await liming.speak(ShippedSamples().audio("01"), name="01.amr", seconds=6.2)
    await liming.wait_for(shows("杭州康联医疗科技有限公司", "发送报价（三份）"))
    assert count(company, visits) == 1


async def test_a_second_voice_note_joins_the_draft(town: Town, weights_dir: Path) -> None:
    """D-15 by voice: the second note within three minutes adds to the first one's card."""
    liming = await town.enter("liming")
    await liming.speak(ShippedSamples().audio("01"), name="01.amr", seconds=6.2)
    await liming.wait_for(shows("杭州康联医疗科技有限公司"))
    await liming.type("对了，他们也在看西门子")
    await liming.wait_for(shows("→ 西门子", "发送报价（三份）"))
