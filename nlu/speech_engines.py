"""The two whisper engines behind one small protocol: samples and a priming prompt in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from bot.domain.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from nlu.speech_audio import Samples

LANGUAGE = "zh"
BEAM_SIZE = 5
TEMPERATURES = (0.0, 0.2, 0.4)
MAX_COMPRESSION = 2.4
MIN_LOGPROB = -1.0
MAX_DEFAULT_THREADS = 4


class EngineKind(StrEnum):
    """Which implementation of whisper runs; `auto` takes openai-whisper on a GPU, else faster-whisper."""

    AUTO = "auto"
    WHISPER = "whisper"
    FASTER_WHISPER = "faster-whisper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an engine made of one window of sound, before any check.

    `logprob` is the mean log probability of its tokens, `compression` the worst ratio that its text packs at.
    """

    text: str
    logprob: float
    compression: float
    no_speech: float


class Engine(Protocol):
    """One loaded model. Not re-entrant: one call at a time."""

    @property
    def kind(self) -> EngineKind:
        """Which implementation this is."""

    def count_tokens(self, text: str) -> int:
        """Count the tokens that `text` takes of a prompt."""

    def hear(self, samples: Samples, *, prompt: str) -> Heard:
        """Recognise at most 30 s of 16 kHz mono samples; an empty prompt primes nothing."""


def choose_engine(name: str) -> EngineKind:
    """Resolve `auto`; raises ConfigError for a name that no engine has."""
    try:
        kind = EngineKind(name)
    except ValueError as error:
        names = ", ".join(EngineKind)
        raise ConfigError(f"the speech engine is one of {names}, not {name!r}") from error
    if kind is not EngineKind.AUTO:
        return kind
    return EngineKind.WHISPER if _has_gpu() else EngineKind.FASTER_WHISPER


def load_faster_whisper(folder: Path, *, threads: int) -> Engine:
    """Load a CTranslate2 folder, int8 on the CPU."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
    return FasterWhisper(model)


def load_openai_whisper(checkpoint: Path, *, threads: int) -> Engine:
    """Load a `.pt` checkpoint by its path, which skips the hash check of whisper's own download."""
    import torch
    import whisper

    torch.set_num_threads(threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return OpenaiWhisper(whisper.load_model(str(checkpoint), device=device))


class FasterWhisper:
    """faster-whisper (CTranslate2): small and quick on a CPU."""

    kind = EngineKind.FASTER_WHISPER

    def __init__(self, model: Any) -> None:
        self._model = model

    def count_tokens(self, text: str) -> int:
        """Count the tokens that `text` takes of a prompt."""
        return len(self._model.hf_tokenizer.encode(text, add_special_tokens=False).ids)

    def hear(self, samples: Samples, *, prompt: str) -> Heard:
        """Recognise at most 30 s of 16 kHz mono samples."""
        segments, _ = self._model.transcribe(
            samples,
            language=LANGUAGE,
            beam_size=BEAM_SIZE,
            temperature=TEMPERATURES,
            compression_ratio_threshold=MAX_COMPRESSION,
            log_prob_threshold=MIN_LOGPROB,
            condition_on_previous_text=False,
            without_timestamps=True,
            initial_prompt=prompt or None,
        )
        return _sum_up([(s.text, s.avg_logprob, s.compression_ratio, s.no_speech_prob) for s in segments])


class OpenaiWhisper:
    """openai-whisper (PyTorch): the reference, and quick on a GPU."""

    kind = EngineKind.WHISPER

    def __init__(self, model: Any) -> None:
        from whisper.tokenizer import get_tokenizer

        self._model = model
        self._tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages)

    def count_tokens(self, text: str) -> int:
        """Count the tokens that `text` takes of a prompt."""
        return len(self._tokenizer.encode(text))

    def hear(self, samples: Samples, *, prompt: str) -> Heard:
        """Recognise at most 30 s of 16 kHz mono samples."""
        import whisper

        result = whisper.transcribe(
            self._model,
            samples,
            language=LANGUAGE,
            beam_size=BEAM_SIZE,
            temperature=TEMPERATURES,
            compression_ratio_threshold=MAX_COMPRESSION,
            logprob_threshold=MIN_LOGPROB,
            condition_on_previous_text=False,
            without_timestamps=True,
            initial_prompt=prompt or None,
            fp16=self._model.device.type == "cuda",
        )
        keys = ("text", "avg_logprob", "compression_ratio", "no_speech_prob")
        return _sum_up([tuple(segment[key] for key in keys) for segment in result["segments"]])


def _sum_up(segments: list[Any]) -> Heard:
    if not segments:
        return Heard(text="", logprob=0.0, compression=0.0, no_speech=1.0)
    return Heard(
        text="".join(text for text, _, _, _ in segments).strip(),
        logprob=float(sum(logprob for _, logprob, _, _ in segments) / len(segments)),
        compression=float(max(ratio for _, _, ratio, _ in segments)),
        no_speech=float(min(silence for _, _, _, silence in segments)),
    )


def _has_gpu() -> bool:
    import ctranslate2  # type: ignore[import-untyped, unused-ignore]

    # CTranslate2 knows in milliseconds; torch takes a second and 200 MB to say the same.
    if not ctranslate2.get_cuda_device_count():
        return False
    import torch

    return bool(torch.cuda.is_available())
