"""Sound files of chats are decoded whole, whatever the format, and what is no sound is told apart."""

from __future__ import annotations

import contextlib
import io
import random
import wave

import numpy as np
import pytest

from bot.domain.errors import NotAudio, SpeechError
from nlu.speech_audio import SAMPLE_RATE, Flaw, TooMuchAudio, UnusableAudio, decode_audio
from tests.nlu.sounds import encode, encode_amr, read_note, tone

FORMATS = [
    ("amr", "libopencore_amrnb", 8000),
    ("ogg", "libopus", 48_000),
    ("webm", "libopus", 48_000),
    ("mp3", "libmp3lame", 16_000),
    ("mp3", "libmp3lame", 44_100),
    ("ipod", "aac", 44_100),
    ("mp4", "aac", 16_000),
    ("adts", "aac", 16_000),
    ("wav", "pcm_s16le", 8000),
    ("wav", "pcm_s16le", 44_100),
    ("flac", "flac", 16_000),
    ("caf", "pcm_s16le", 16_000),
]
NO_DATA_FRAME = b"\x7c"


@pytest.mark.parametrize(("container", "codec", "rate"), FORMATS)
def test_every_format_keeps_its_length_and_pitch(container: str, codec: str, rate: int) -> None:
    samples = decode_audio(encode(tone(2.0, 440.0), container=container, codec=codec, rate=rate))
    assert samples.dtype == np.float32
    assert samples.size / SAMPLE_RATE == pytest.approx(2.0, abs=0.13)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.fft.rfftfreq(samples.size, 1 / SAMPLE_RATE)[spectrum.argmax()] == pytest.approx(440, abs=3)
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(0.28, abs=0.08)


def test_stereo_is_mixed() -> None:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        left = (tone(1.0) * 32767).astype("<i2")
        file.writeframes(np.stack([left, np.zeros_like(left)], axis=1).tobytes())
    samples = decode_audio(target.getvalue())
    assert samples.size == SAMPLE_RATE
    assert 0.15 < np.abs(samples).max() < 0.35


def test_pauses_that_a_phone_does_not_send_keep_their_time() -> None:
    """Discontinuous transmission: a NO_DATA frame is one byte for 20 ms of pause."""
    note = encode_amr(tone(1.0))
    half = len(b"#!AMR\n") + 25 * 32
    paused = note[:half] + NO_DATA_FRAME * 100 + note[half:]
    assert (decode_audio(paused).size - decode_audio(note).size) / SAMPLE_RATE == pytest.approx(2.0, abs=0.02)


def test_a_note_cut_off_half_way_keeps_its_first_half() -> None:
    note = read_note("01")
    assert decode_audio(note[: len(note) // 2]).size / SAMPLE_RATE == pytest.approx(3.1, abs=0.1)


def test_broken_packets_are_skipped() -> None:
    sound = bytearray(encode(tone(4.0), container="mp3", codec="libmp3lame"))
    middle = len(sound) // 2
    sound[middle : middle + 400] = bytes(400)
    assert decode_audio(bytes(sound)).size / SAMPLE_RATE > 3.0


HEADER_ONLY_WAV = encode(tone(1.0), container="wav", codec="pcm_s16le")[:78]
UNKNOWN_CODEC = HEADER_ONLY_WAV[:20] + b"\xef\xbe" + HEADER_ONLY_WAV[22:] + bytes(4000)
BAD = [
    (b"", Flaw.EMPTY),
    (b"  \r\n\t ", Flaw.EMPTY),
    (b"\x02#!SILK_V3\x0c\x00\xaa", Flaw.SILK),
    (b"#!SILK_V3\x0c\x00\xaa", Flaw.SILK),
    (b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", Flaw.NOT_SOUND),
    (b'{"errcode":40007,"errmsg":"invalid media_id"}', Flaw.NOT_SOUND),
    ("这不是录音，只是一个改名为 .amr 的文本文件。".encode(), Flaw.NOT_SOUND),
    (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nhttp://127.0.0.1:9/secret.ts\n", Flaw.NOT_SOUND),
    (b"ffconcat version 1.0\nfile /etc/hostname\n", Flaw.NOT_SOUND),
    (b"\x89PNG\r\n\x1a\n" + bytes(64), Flaw.NOT_SOUND),
    (b"PK\x03\x04" + bytes(64), Flaw.NOT_SOUND),
    (b"#!AMR\n", Flaw.UNDECODABLE),
    (b"OggS" + bytes(200), Flaw.UNDECODABLE),
    (b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(300), Flaw.UNDECODABLE),
    (b"\x00\x00\x00\x18ftypM4A " + bytes(100), Flaw.UNDECODABLE),
    (b"\x1a\x45\xdf\xa3" + bytes(100), Flaw.UNDECODABLE),
    (HEADER_ONLY_WAV, Flaw.UNDECODABLE),
    (UNKNOWN_CODEC, Flaw.UNDECODABLE),
    (b"\xff\xfb\x90\x00", Flaw.UNDECODABLE),
    (b"\xff\xf1\x50\x80", Flaw.UNDECODABLE),
]


@pytest.mark.parametrize(("data", "flaw"), BAD)
def test_what_is_no_sound_is_told_apart(data: bytes, flaw: Flaw, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotAudio) as caught:
        decode_audio(data)
    assert isinstance(caught.value, UnusableAudio)
    assert caught.value.flaw is flaw
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("container", "codec", "rate"), FORMATS)
def test_damaged_files_give_sound_or_a_clear_refusal(container: str, codec: str, rate: int) -> None:
    chance = random.Random(5)
    whole = encode(tone(1.0), container=container, codec=codec, rate=rate)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(min(len(data), chance.choice((200, 100_000))))] = chance.randrange(256)
        with contextlib.suppress(SpeechError):
            assert np.isfinite(decode_audio(bytes(data))).all()


def test_a_film_without_sound_is_no_sound() -> None:
    import av

    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        output.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(stream.encode(None))
    with pytest.raises(UnusableAudio) as caught:
        decode_audio(target.getvalue())
    assert caught.value.flaw is Flaw.NOT_SOUND


@pytest.mark.parametrize(
    ("limits", "flaw"), [({"max_seconds": 3.0}, Flaw.TOO_LONG), ({"max_bytes": 5000}, Flaw.TOO_BIG)]
)
def test_limits_are_kept(limits: dict[str, float], flaw: Flaw) -> None:
    with pytest.raises(TooMuchAudio) as caught:
        decode_audio(read_note("01"), **limits)  # type: ignore[arg-type]
    assert caught.value.flaw is flaw
