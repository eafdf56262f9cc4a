"""A voice note becomes a transcript: decode, find the speech, prime with names, recognise, check, tidy, mend.

`nlu.environment.prepare_environment` comes before anything here is used.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.errors import ConfigError, NoSpeech
from nlu.speech_audio import MAX_BYTES, MAX_SECONDS, SAMPLE_RATE, decode_audio
from nlu.speech_engines import (
    MAX_DEFAULT_THREADS,
    EngineKind,
    choose_engine,
    load_faster_whisper,
    load_openai_whisper,
)
from nlu.speech_listening import Flag, Part, hear_window
from nlu.speech_mending import mend_transcript
from nlu.speech_prompt import build_prompt
from nlu.speech_vad import MIN_SPEECH_SECONDS, cut_windows, find_speech
from nlu.speech_weights import Source, get_checkpoint, get_weights, locate_weights
from nlu.tokens import load_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from nlu.speech_downloads import Progress
    from nlu.speech_engines import Engine
    from nlu.speech_vad import Window
    from nlu.speech_weights import Weights

PUNCTUATION = "，。！？；：、,.!?;:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Words and when they were said, in seconds of the note."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """Simplified, punctuated text of a note, mended; `segments` have it as it was heard.

    `seconds` is the whole note, `speech_seconds` without pauses.
    """

    text: str
    seconds: float
    speech_seconds: float
    engine: str
    model: str
    flags: tuple[Flag, ...]
    segments: tuple[Segment, ...]


class Recogniser:
    """One model in a thread of its own: safe to call from any thread, one note at a time.

    The model is loaded by `load` or by the first note. `close` gives the thread back.
    """

    def __init__(self, load_engine: Callable[[], Engine], *, model: str) -> None:
        self._load_engine = load_engine
        self._model = model
        self._engine: Engine | None = None
        # torch keeps a team of workers for each thread that calls it, so all calls come from one.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speech")

    def load(self) -> None:
        """Load the model now; the first note is then as quick as the others."""
        self._thread.submit(self._open_engine).result()

    def transcribe(
        self,
        audio: bytes,
        *,
        names: Sequence[str] = (),
        progress: Callable[[float], None] | None = None,
        max_seconds: float = MAX_SECONDS,
        max_bytes: int = MAX_BYTES,
    ) -> Transcript:
        """Write down what is said in the bytes of a sound file; blocks until done.

        `names` are known customers, contacts, products, competitors, likeliest first. `progress` gets
        the share done, 0 to 1, in the model's thread. Raises NotAudio, NoSpeech, TooMuchAudio past limits.
        """
        samples = decode_audio(audio, max_seconds=max_seconds, max_bytes=max_bytes)
        speech = find_speech(samples)
        speech_seconds = sum(stretch.seconds for stretch in speech)
        if speech_seconds < MIN_SPEECH_SECONDS:
            raise NoSpeech("too little of the sound is speech")
        windows = cut_windows(samples, speech)
        engine, parts = self._thread.submit(self._hear_windows, windows, names, progress).result()
        segments = tuple(
            Segment(start=window.start, end=window.end, text=part.text)
            for window, part in zip(windows, parts, strict=True)
            if part.text
        )
        if not segments:
            raise NoSpeech("no believable words in the sound")
        return Transcript(
            text=mend_transcript(_join_texts([segment.text for segment in segments]), load_words()),
            seconds=samples.size / SAMPLE_RATE,
            speech_seconds=speech_seconds,
            engine=engine.kind.value,
            model=self._model,
            flags=tuple(sorted(frozenset[Flag]().union(*(part.flags for part in parts)))),
            segments=segments,
        )

    def close(self) -> None:
        """Wait for the note under way and let the model go."""
        self._thread.shutdown(wait=True)
        self._engine = None

    def _open_engine(self) -> Engine:
        if self._engine is None:
            self._engine = self._load_engine()
        return self._engine

    def _hear_windows(
        self, windows: tuple[Window, ...], names: Sequence[str], progress: Callable[[float], None] | None
    ) -> tuple[Engine, list[Part]]:
        engine = self._open_engine()
        prompt = build_prompt(names, count_tokens=engine.count_tokens)
        parts: list[Part] = []
        for number, window in enumerate(windows, 1):
            parts.append(hear_window(engine, window, prompt=prompt))
            if progress:
                progress(number / len(windows))
        return engine, parts


def open_recogniser(
    *,
    engine: str = "auto",
    model: str = "base",
    weights_dir: Path,
    download: bool = True,
    source: Source = Source.AUTO,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Recogniser:
    """Make a recogniser, fetching its weights once where `download` allows; the model is not loaded yet.

    `threads` are at most 4 of the machine's cores unless given. Raises ConfigError saying what can be done.
    """
    kind = choose_engine(engine)
    if download:
        weights = get_weights(model, weights_dir=weights_dir, source=source, progress=progress)
    else:
        found = locate_weights(model, weights_dir=weights_dir)
        if found is None:
            raise ConfigError(f"the speech weights of {model} are not on this machine; fetch them once")
        weights = found
    if weights.is_checkpoint and kind is not EngineKind.WHISPER:
        if engine != EngineKind.AUTO:
            raise ConfigError(
                f"{weights.path.name} is a checkpoint for the engine {EngineKind.WHISPER.value}"
            )
        kind = EngineKind.WHISPER
    workers = threads or min(MAX_DEFAULT_THREADS, multiprocessing.cpu_count())
    return Recogniser(lambda: _load(kind, weights, weights_dir=weights_dir, threads=workers), model=model)


def _load(kind: EngineKind, weights: Weights, *, weights_dir: Path, threads: int) -> Engine:
    if kind is EngineKind.WHISPER:
        return load_openai_whisper(get_checkpoint(weights, weights_dir=weights_dir), threads=threads)
    return load_faster_whisper(weights.path, threads=threads)


def _join_texts(texts: Sequence[str]) -> str:
    ended = [text if text[-1] in PUNCTUATION else f"{text}，" for text in texts[:-1]]
    return "".join([*ended, *texts[-1:]])
