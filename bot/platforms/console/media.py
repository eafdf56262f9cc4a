"""Tells what an uploaded file is by its first bytes, and takes and serves files over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from aiohttp import web

MAX_UPLOAD_BYTES = 20 * 1024 * 1024


class Family(StrEnum):
    """How the chat shows a file."""

    AUDIO = "audio"
    IMAGE = "image"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """What a file is; `format` is the short name that the speech side knows, such as `amr`."""

    family: Family
    media_type: str
    format: str


class TooLarge(Exception):
    """More bytes than MAX_UPLOAD_BYTES."""


def _audio(name: str, media_type: str) -> FileType:
    return FileType(family=Family.AUDIO, media_type=media_type, format=name)


def _image(name: str) -> FileType:
    return FileType(family=Family.IMAGE, media_type=f"image/{name}", format=name)


_OTHER = FileType(family=Family.OTHER, media_type="application/octet-stream", format="")
_BY_START: tuple[tuple[bytes, FileType], ...] = (
    (b"#!AMR", _audio("amr", "audio/amr")),
    (b"OggS", _audio("ogg", "audio/ogg")),
    (b"fLaC", _audio("flac", "audio/flac")),
    (b"ID3", _audio("mp3", "audio/mpeg")),
    (b"\xff\xf1", _audio("aac", "audio/aac")),
    (b"\xff\xf9", _audio("aac", "audio/aac")),
    (b"\xff\xfb", _audio("mp3", "audio/mpeg")),
    (b"\xff\xfa", _audio("mp3", "audio/mpeg")),
    (b"\xff\xf3", _audio("mp3", "audio/mpeg")),
    (b"\xff\xf2", _audio("mp3", "audio/mpeg")),
    (b"\x89PNG\r\n\x1a\n", _image("png")),
    (b"\xff\xd8\xff", _image("jpeg")),
    (b"GIF8", _image("gif")),
)
_RIFF = {b"WAVE": _audio("wav", "audio/wav"), b"WEBP": _image("webp")}
_MOVIE_SUFFIXES = (".mp4", ".mov", ".m4v")
_STILL_BRANDS = (b"heic", b"heix", b"mif1", b"avif")


def tell_type(data: bytes, name: str = "") -> FileType:
    """Say what the bytes are. The name only decides between sound and film in an MPEG-4 container."""
    for start, file_type in _BY_START:
        if data.startswith(start):
            return file_type
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], _OTHER)
    if data[4:8] == b"ftyp" and data[8:12] not in _STILL_BRANDS:
        return _OTHER if name.lower().endswith(_MOVIE_SUFFIXES) else _audio("m4a", "audio/mp4")
    if data.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in data[:64]:
        return _audio("webm", "audio/webm")
    return _OTHER


async def read_upload(request: web.Request) -> bytes:
    """Read a request's body as it streams in. Raises TooLarge as soon as it passes the limit."""
    if (request.content_length or 0) > MAX_UPLOAD_BYTES:
        raise TooLarge
    data = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        data += chunk
        if len(data) > MAX_UPLOAD_BYTES:
            raise TooLarge
    return bytes(data)


def serve_bytes(request: web.Request, data: bytes, *, name: str) -> web.Response:
    """Answer with a stored file: sound and pictures to be shown, all else to be downloaded.

    One byte range is honoured, since Safari plays no sound from a server without ranges.
    """
    file_type = tell_type(data, name)
    shown = "attachment" if file_type.family is Family.OTHER else "inline"
    headers = {
        "Content-Type": file_type.media_type,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, max-age=3600",
        "Accept-Ranges": "bytes",
    }
    try:
        wanted = request.http_range
    except ValueError:
        wanted = slice(None)
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=data, headers=headers)
    start, stop, _ = wanted.indices(len(data))
    if start >= stop:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
    return web.Response(status=206, body=data[start:stop], headers=headers)
