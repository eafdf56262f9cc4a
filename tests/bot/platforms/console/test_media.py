"""Files are known by their bytes."""

from __future__ import annotations

import pytest

from bot.platforms.console.media import tell_type
from tests.fakes.console_ports import make_amr, make_wav


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (make_amr(0.1), "", "audio amr audio/amr"),
        (b"#!AMR-WB\n", "", "audio amr audio/amr"),
        (b"OggS\0", "", "audio ogg audio/ogg"),
        (b"ID3\x04", "", "audio mp3 audio/mpeg"),
        (b"\xff\xfb\x90", "", "audio mp3 audio/mpeg"),
        (b"\xff\xf1\x50", "", "audio aac audio/aac"),
        (b"fLaC", "", "audio flac audio/flac"),
        (make_wav(0.1), "", "audio wav audio/wav"),
        (b"\0\0\0\x20ftypM4A ", "", "audio m4a audio/mp4"),
        (b"\0\0\0\x20ftypisom", "voice.m4a", "audio m4a audio/mp4"),
        (b"\0\0\0\x20ftypisom", "film.MP4", "other  application/octet-stream"),
        (b"\0\0\0\x20ftypheic", "photo.heic", "other  application/octet-stream"),
        (b"\x1a\x45\xdf\xa3\x01\x42\x82\x84webm", "", "audio webm audio/webm"),
        (b"\x1a\x45\xdf\xa3\x01\x42\x82\x88matroska", "", "other  application/octet-stream"),
        (b"\x89PNG\r\n\x1a\n", "", "image png image/png"),
        (b"\xff\xd8\xff\xe0", "", "image jpeg image/jpeg"),
        (b"GIF89a", "", "image gif image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "", "image webp image/webp"),
        (b"RIFF\0\0\0\0AVI ", "a.wav", "other  application/octet-stream"),
        (b"<html><script>", "a.png", "other  application/octet-stream"),
        (b"", "a.amr", "other  application/octet-stream"),
    ],
)
def test_type_is_told_from_the_bytes(data: bytes, name: str, expected: str) -> None:
    found = tell_type(data, name)
    assert f"{found.family} {found.format} {found.media_type}" == expected
