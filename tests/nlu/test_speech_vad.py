"""Speech is found in notes, and nothing is found in what no one says."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.speech_audio import SAMPLE_RATE, Samples, decode_audio
from nlu.speech_vad import MIN_SPEECH_SECONDS, PAD_SECONDS, Stretch, cut_windows, find_speech
from tests.nlu.sounds import drums, encode_amr, hiss, read_note, rumble, silence, tone, tune

NO_SPEECH = {
    "silence": silence(5),
    "hiss": hiss(6),
    "faint hiss": hiss(6) / 100,
    "rumble": rumble(20),
    "tone": tone(5),
    "hum": tone(6, 50) + tone(6, 150) / 3,
    "tune": tune(),
    "drums": drums(),
    "band": tune()[: drums().size] + drums() * 0.5,
}


@pytest.mark.parametrize("sound", NO_SPEECH.values(), ids=NO_SPEECH)
@pytest.mark.parametrize("is_amr", [False, True], ids=["plain", "amr"])
def test_noise_and_music_hold_no_speech(sound: Samples, is_amr: bool) -> None:
    heard = decode_audio(encode_amr(sound)) if is_amr else sound
    assert sum(stretch.seconds for stretch in find_speech(heard)) < MIN_SPEECH_SECONDS


@pytest.mark.parametrize("level", [1.0, 0.1, 0.02])
def test_a_note_between_silences_is_trimmed(level: float) -> None:
    note = decode_audio(read_note("01")) * level
    speech = find_speech(np.concatenate([silence(3), note, silence(4)]))
    assert speech[0].start == pytest.approx(3.3, abs=0.2)
    assert speech[-1].end == pytest.approx(3 + note.size / SAMPLE_RATE, abs=0.5)


def test_a_long_note_is_cut_at_pauses_into_windows_that_whisper_can_hear() -> None:
    notes = [decode_audio(read_note(number)) for number in ("01", "02", "03", "04", "05", "07")]
    pause = silence(0.6)
    samples = np.concatenate([piece for note in notes for piece in (note, pause)])
    speech = find_speech(samples)
    windows = cut_windows(samples, speech)
    assert len(windows) == 2
    assert all(window.samples.size <= 30 * SAMPLE_RATE for window in windows)
    assert sum(window.speech_seconds for window in windows) == pytest.approx(sum(s.seconds for s in speech))
    assert windows[0].end <= windows[1].start


def test_speech_without_a_pause_is_cut_too() -> None:
    note = decode_audio(read_note("02"))[5000:150_000]
    samples = np.tile(note, 8)
    windows = cut_windows(samples, find_speech(samples))
    assert len(windows) > 2
    assert all(window.samples.size <= 30 * SAMPLE_RATE for window in windows)


def test_long_pauses_are_taken_out_and_short_ones_kept() -> None:
    samples = np.arange(20 * SAMPLE_RATE, dtype=np.float32)
    speech = (Stretch(start=1, end=2), Stretch(start=2.5, end=4), Stretch(start=14, end=15))
    (window,) = cut_windows(samples, speech)
    assert window.samples.size == pytest.approx((3 + 1 + 4 * PAD_SECONDS) * SAMPLE_RATE, abs=2)
    assert (window.start, window.end, window.speech_seconds) == (1, 15, 3.5)


def test_no_speech_gives_no_window() -> None:
    assert cut_windows(silence(1), ()) == ()
