"""Hearing a voice note: the platform's transcript, or the recogniser in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.errors import NoSpeech, NotAudio, SpeechError
from bot.domain.messages import Voice
from bot.domain.playbook import Limits
from bot.metrics import Metrics
from config.settings import Settings
from nlu.speech_mending import mend_transcript
from nlu.tokens import load_words

if TYPE_CHECKING:
    from nlu.speech import Recogniser


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard; or `problem`, the text key of why nothing was."""

    text: str = ""
    seconds: float | None = None
    problem: str = ""


class Listener:
    """Turns voice notes into words, one at a time, without holding up anybody who types."""

    def __init__(
        self,
        open_recogniser: Callable[[], Recogniser],
        *,
        limits: Limits,
        metrics: Metrics,
    ) -> None:
        self._open = open_recogniser
        self._limits = limits
        self._metrics = metrics
        self._recogniser: Recogniser | None = None
        self._opening = asyncio.Lock()
        self._closing = threading.Event()

    async def ready(self) -> None:
        """Load the model; ConfigError where there are no weights."""
        await asyncio.to_thread((await self._get()).load)

    async def listen(
        self, voice: Voice, audio: bytes, *, names: Sequence[str], half_way: Callable[[], None]
    ) -> Heard:
        """The words of a note; bad audio raises nothing. `half_way` is called once where the note is long."""
        if voice.transcript:
            return Heard(text=mend_transcript(voice.transcript, load_words()), seconds=voice.seconds)
        recogniser = await self._get()
        began = time.perf_counter()
        try:
            transcript = await asyncio.to_thread(
                recogniser.transcribe,
                audio,
                names=names,
                progress=_progress(half_way, self._closing),
                max_seconds=self._limits.voice_seconds,
            )
        except NoSpeech:
            return Heard(problem="voice.no_speech")
        except NotAudio:
            return Heard(problem="voice.not_audio")
        except SpeechError:
            return Heard(problem="voice.too_long")
        took = time.perf_counter() - began
        self._metrics.speech_factor.observe(took / max(transcript.speech_seconds, 0.1))
        return Heard(text=transcript.text, seconds=transcript.seconds)

    def close(self) -> None:
        """Let the model go; of a note under way no more than the present window is heard."""
        if self._recogniser:
            self._closing.set()
            self._recogniser.close()

    async def _get(self) -> Recogniser:
        async with self._opening:
            if self._recogniser is None:
                self._recogniser = await asyncio.to_thread(self._open)
        return self._recogniser


class Interrupted(Exception):
    """Nobody waits for this note any more: it is heard again after the next start."""


def _progress(half_way: Callable[[], None], closing: threading.Event) -> Callable[[float], None]:
    """Progress of a note in several windows; a note of one window has no half."""
    told = False

    def tell(share: float) -> None:
        nonlocal told
        if closing.is_set():
            raise Interrupted
        if not told and 0.5 <= share < 1:
            told = True
            half_way()

    return tell


def open_speech(settings: Settings) -> Recogniser:
    """The recogniser of the settings; ConfigError where its weights are not here."""
    from nlu.speech import open_recogniser

    return open_recogniser(
        engine=settings.speech_engine,
        model=settings.speech_model,
        weights_dir=settings.weights_dir,
        download=False,
        threads=settings.speech_threads or None,
    )
