"""What a file is, by its first bytes: the platform stores all of them under one ending (contract 3.2)."""

from __future__ import annotations

UNKNOWN = ("application/octet-stream", "")
_STARTS = (
    (b"#!AMR", ("audio/amr", ".amr")),
    (b"OggS", ("audio/ogg", ".ogg")),
    (b"ID3", ("audio/mpeg", ".mp3")),
    (b"\x89PNG", ("image/png", ".png")),
    (b"\xff\xd8\xff", ("image/jpeg", ".jpg")),
    (b"GIF8", ("image/gif", ".gif")),
    (b"%PDF", ("application/pdf", ".pdf")),
)


def sniff(data: bytes) -> tuple[str, str]:
    """The media type and the ending with its dot."""
    for start, found in _STARTS:
        if data.startswith(start):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav", ".wav"
    if data[4:8] == b"ftyp":
        return ("audio/mp4", ".m4a") if data[8:11] == b"M4A" else ("video/mp4", ".mp4")
    # An MPEG frame of layer III, whose first eleven bits are set.
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2:
        return "audio/mpeg", ".mp3"
    return UNKNOWN
