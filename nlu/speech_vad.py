"""Where in a note somebody speaks, by the Silero model that ships in faster-whisper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlu.speech_audio import SAMPLE_RATE, Samples

MIN_SPEECH_SECONDS = 0.3
"""Less speech than this in a whole note is no speech, and the recogniser is never asked."""

PAD_SECONDS = 0.2
JOIN_SECONDS = 1.0
WINDOW_SECONDS = 28.0
"""Whisper hears 30 s at once; a window stays below it."""

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Somebody speaks from `start` to `end`, in seconds of the note."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Up to 28 s of the note to be recognised at once, long pauses taken out."""

    samples: Samples
    start: float
    end: float
    speech_seconds: float


def find_speech(samples: Samples) -> tuple[Stretch, ...]:
    """Find the stretches of speech, without padding; empty for silence, noise and most music."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=THRESHOLD,
        min_speech_duration_ms=100,
        max_speech_duration_s=WINDOW_SECONDS - 2 * PAD_SECONDS,
        min_silence_duration_ms=300,
        speech_pad_ms=0,
    )
    found = get_speech_timestamps(np.ascontiguousarray(samples), options)
    end = len(samples)
    return tuple(
        Stretch(start=span["start"] / SAMPLE_RATE, end=min(span["end"], end) / SAMPLE_RATE) for span in found
    )


def cut_windows(samples: Samples, speech: tuple[Stretch, ...]) -> tuple[Window, ...]:
    """Trim the note to its speech and cut it at pauses into windows of at most 28 s."""
    groups: list[list[Stretch]] = []
    length = 0.0
    for stretch in speech:
        step = stretch.seconds + _gap_before(stretch, groups[-1][-1] if groups else None)
        if not groups or length + step > WINDOW_SECONDS - PAD_SECONDS:
            groups.append([])
            length, step = 0.0, stretch.seconds + 2 * PAD_SECONDS
        groups[-1].append(stretch)
        length += step
    return tuple(_take_window(samples, group) for group in groups)


def _gap_before(stretch: Stretch, previous: Stretch | None) -> float:
    if previous is None:
        return 0.0
    gap = stretch.start - previous.end
    return gap if gap <= JOIN_SECONDS else 2 * PAD_SECONDS


def _take_window(samples: Samples, group: list[Stretch]) -> Window:
    spans: list[tuple[float, float]] = []
    for stretch in group:
        start, end = stretch.start - PAD_SECONDS, stretch.end + PAD_SECONDS
        if spans and stretch.start - (spans[-1][1] - PAD_SECONDS) <= JOIN_SECONDS:
            start = spans.pop()[0]
        spans.append((start, end))
    last = len(samples)
    pieces = [samples[max(0, int(a * SAMPLE_RATE)) : min(last, int(b * SAMPLE_RATE))] for a, b in spans]
    return Window(
        samples=np.concatenate(pieces),
        start=group[0].start,
        end=group[-1].end,
        speech_seconds=sum(stretch.seconds for stretch in group),
    )
