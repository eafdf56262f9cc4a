"""Sounds made by arithmetic, and sound files of every format that a chat may send."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import av
import numpy as np

from nlu.speech_audio import SAMPLE_RATE, Samples

SAMPLE_NOTES = Path(__file__).resolve().parents[2] / "prompts" / "samples"


def read_note(number: str) -> bytes:
    """Read the AMR bytes of one of the sample notes, "01" to "12"."""
    return (SAMPLE_NOTES / f"{number}.amr").read_bytes()


def silence(seconds: float) -> Samples:
    """Digital silence."""
    return np.zeros(int(seconds * SAMPLE_RATE), np.float32)


def tone(seconds: float, hertz: float = 440.0) -> Samples:
    """A sine."""
    return (0.4 * np.sin(2 * np.pi * hertz * _clock(seconds))).astype(np.float32)


def hiss(seconds: float) -> Samples:
    """White noise."""
    return (0.1 * np.random.default_rng(1).standard_normal(int(seconds * SAMPLE_RATE))).astype(np.float32)


def rumble(seconds: float) -> Samples:
    """Pink noise, as of a road or an air conditioner."""
    count = int(seconds * SAMPLE_RATE)
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    hertz[0] = 1.0
    wave = np.fft.irfft(np.fft.rfft(np.random.default_rng(2).standard_normal(count)) / np.sqrt(hertz), count)
    return (0.7 * wave / np.abs(wave).max()).astype(np.float32)


def tune() -> Samples:
    """Twelve seconds of a melody in chords with a bass."""
    melody = [262, 294, 330, 349, 392, 440, 494, 523, 440, 392, 330, 262] * 2
    return np.concatenate([_pluck(f) + _pluck(f * 1.25) / 2 + _pluck(f / 2) for f in melody])


def drums() -> Samples:
    """Ten seconds of a beat."""
    clock = _clock(0.4)
    noise = np.random.default_rng(3).standard_normal(clock.size)
    beat = 0.6 * np.sin(2 * np.pi * 60 * clock) * np.exp(-10 * clock) + 0.2 * noise * np.exp(-25 * clock)
    return np.tile(beat, 24).astype(np.float32)


def singing(seconds: float) -> Samples:
    """Vowels on a scale: voice enough for the speech detector, and no words."""
    clock = _clock(seconds)
    pitch = np.cumsum(140 * 2 ** (np.floor(clock * 2) % 7 / 12)) / SAMPLE_RATE
    source = sum(np.sin(2 * np.pi * k * pitch) / k for k in range(1, 25))
    step = SAMPLE_RATE // 4
    vowels = [(700, 1200), (300, 2200), (350, 800), (500, 1700)]
    pieces = [
        _shape_vowel(source[start : start + step], vowels[start // step % 4])
        for start in range(0, clock.size, step)
    ]
    wave = np.concatenate(pieces)
    return (0.5 * wave / np.abs(wave).max()).astype(np.float32)


def encode(samples: Samples, *, container: str, codec: str, rate: int = SAMPLE_RATE) -> bytes:
    """Write samples as a sound file."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=rate)
        stream.codec_context.layout = "mono"
        if codec == "libopencore_amrnb":
            stream.bit_rate = 12_200
        stream.codec_context.open()
        for frame in _cut_frames(samples, stream.codec_context):
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target.getvalue()


def encode_amr(samples: Samples) -> bytes:
    """Write samples as WeCom sends voice: AMR-NB at 12.2 kbit/s."""
    return encode(samples, container="amr", codec="libopencore_amrnb", rate=8000)


def _cut_frames(samples: Samples, context: Any) -> list[Any]:
    whole = np.rint(np.clip(samples, -1, 1) * 32767).astype(np.int16)[np.newaxis]
    frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    resampler: Any = av.AudioResampler(
        format=context.format, layout="mono", rate=context.sample_rate, frame_size=context.frame_size or 1024
    )
    return [*resampler.resample(frame), *resampler.resample(None)]


def _clock(seconds: float) -> Any:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _pluck(hertz: float) -> Samples:
    clock = _clock(0.5)
    wave = sum(np.sin(2 * np.pi * hertz * k * clock) / k for k in range(1, 9))
    return (0.15 * wave * np.minimum(1, clock / 0.02) * np.exp(-4 * clock)).astype(np.float32)


def _shape_vowel(source: Any, formants: tuple[int, int]) -> Any:
    hertz = np.fft.rfftfreq(source.size, 1 / SAMPLE_RATE)
    gain = sum(np.exp(-(((hertz - formant) / 120) ** 2)) for formant in formants)
    return np.fft.irfft(np.fft.rfft(source) * gain, source.size) * np.hanning(source.size) ** 0.3
