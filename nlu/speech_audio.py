"""Sound files of chats become 16 kHz mono samples, by PyAV alone and from bytes."""

from __future__ import annotations

import io
import logging
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import NotAudio, SpeechError

if TYPE_CHECKING:
    from collections.abc import Iterator

Samples = NDArray[np.float32]
"""Mono samples in -1..1 at `SAMPLE_RATE`."""

SAMPLE_RATE = 16_000
MAX_BYTES = 20 * 1024 * 1024
MAX_SECONDS = 600.0

# FFmpeg's own AMR decoders lack DTX: they fail on, or shorten, what phones record with pauses in it.
AMR_DECODERS = {"amrnb": "libopencore_amrnb", "amrwb": "libopencore_amrwb"}

# The container is told to libav, never guessed by it: its guesses include play lists that open addresses.
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"#!AMR", "amr"),
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (0, b"fLaC", "flac"),
    (0, b"caff", "caf"),
    (4, b"ftyp", "mp4"),
    (8, b"WAVE", "wav"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
)
SILK = b"#!SILK"
MPEG_LAYER_BITS = 0x06
AUDIO_FORMAT = "fltp"


class Flaw(StrEnum):
    """Why bytes cannot be listened to."""

    EMPTY = "empty"
    SILK = "silk"
    NOT_SOUND = "not_sound"
    UNDECODABLE = "undecodable"
    TOO_BIG = "too_big"
    TOO_LONG = "too_long"


COMPLAINTS = {
    Flaw.EMPTY: "the file is empty",
    Flaw.SILK: "the file is SILK, which only its own chat program can play",
    Flaw.NOT_SOUND: "the file holds no sound",
    Flaw.UNDECODABLE: "the sound in the file is damaged or of an unknown kind",
    Flaw.TOO_BIG: "the file is too big",
    Flaw.TOO_LONG: "the sound is too long",
}


class UnusableAudio(NotAudio):
    """The bytes hold no sound that can be decoded; `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(COMPLAINTS[flaw])
        self.flaw = flaw


class TooMuchAudio(SpeechError):
    """The note is longer or larger than what is listened to; `flaw` says which."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(COMPLAINTS[flaw])
        self.flaw = flaw


def decode_audio(data: bytes, *, max_seconds: float = MAX_SECONDS, max_bytes: int = MAX_BYTES) -> Samples:
    """Decode AMR, OGG, MP3, M4A, AAC, WAV, WebM, FLAC or CAF bytes to 16 kHz mono samples.

    A broken packet is skipped and the rest kept. Raises UnusableAudio (a NotAudio) for what is no sound,
    TooMuchAudio past `max_bytes` or `max_seconds`.
    """
    if len(data) > max_bytes:
        raise TooMuchAudio(Flaw.TOO_BIG)
    container_format = sniff_format(data)
    limit = int(max_seconds * SAMPLE_RATE)
    pieces: list[Samples] = []
    count = 0
    for piece in _decode_pieces(data, container_format):
        pieces.append(piece)
        count += piece.size
        if count > limit:
            raise TooMuchAudio(Flaw.TOO_LONG)
    if not count:
        raise UnusableAudio(Flaw.UNDECODABLE)
    samples = np.concatenate(pieces)
    return np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)


def sniff_format(data: bytes) -> str:
    """Name libav's demuxer for these bytes by their first few; raises UnusableAudio."""
    if not data.strip():
        raise UnusableAudio(Flaw.EMPTY)
    if SILK in data[:16]:
        raise UnusableAudio(Flaw.SILK)
    for offset, magic, name in MAGIC:
        if data[offset : offset + len(magic)] == magic:
            return name
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        # MPEG's sync word: layer bits are zero in ADTS (AAC) and never in MP3.
        return "mp3" if data[1] & MPEG_LAYER_BITS else "aac"
    raise UnusableAudio(Flaw.NOT_SOUND)


def _decode_pieces(data: bytes, container_format: str) -> Iterator[Samples]:
    import av

    # libav writes its complaints about broken packets to stderr; what matters is raised anyway.
    logging.getLogger("libav").setLevel(logging.CRITICAL)
    av.logging.set_level(av.logging.PANIC)
    try:
        with av.open(
            io.BytesIO(data), mode="r", format=container_format, metadata_errors="ignore"
        ) as container:
            if not container.streams.audio:
                raise UnusableAudio(Flaw.NOT_SOUND)
            yield from _decode_stream(container, container.streams.audio[0])
    except av.FFmpegError as error:
        raise UnusableAudio(Flaw.UNDECODABLE) from error


def _decode_stream(container: Any, stream: Any) -> Iterator[Samples]:
    import av

    decoder = _choose_decoder(stream)
    resampler: Any = av.AudioResampler(format=AUDIO_FORMAT, layout="mono", rate=SAMPLE_RATE)
    for packet in _read_packets(container, stream):
        try:
            for frame in decoder.decode(packet):
                frame.pts = None
                for resampled in resampler.resample(frame):
                    yield resampled.to_ndarray().reshape(-1)
        except (av.FFmpegError, ValueError):
            # ValueError: the sound changes its shape half-way (chained streams); the first shape is kept.
            continue
    for resampled in resampler.resample(None):
        yield resampled.to_ndarray().reshape(-1)


def _read_packets(container: Any, stream: Any) -> Iterator[Any]:
    import av

    try:
        for packet in container.demux(stream):
            # An empty packet ends the stream; the decoder is told so by None.
            yield packet if packet.size else None
    except av.FFmpegError:
        yield None


def _choose_decoder(stream: Any) -> Any:
    import av

    context = stream.codec_context
    if context is None:
        # A codec that libav does not know.
        raise UnusableAudio(Flaw.UNDECODABLE)
    name = AMR_DECODERS.get(context.codec.name)
    if name is None or name not in av.codecs_available:
        return context
    decoder: Any = av.CodecContext.create(name, "r")
    decoder.sample_rate = context.sample_rate
    decoder.layout = "mono"
    return decoder
