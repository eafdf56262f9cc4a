"""Contents are kept once by their hash, and no ref leads out of the folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from storage.database import Database
from storage.media import MediaFiles


def test_content_name_and_type_come_back(database: Database, tmp_path: Path) -> None:
    media = MediaFiles(tmp_path / "media", database)
    ref = media.put(b"\x00voice", "录音.amr", "audio/amr")
    assert ref == hashlib.sha256(b"\x00voice").hexdigest()
    assert media.get(ref) == (b"\x00voice", "audio/amr", "录音.amr")
    assert media.path(ref) == tmp_path / "media" / ref[:2] / ref[2:]


def test_the_same_content_is_kept_once_and_no_draft_stays(sqlite: Database, tmp_path: Path) -> None:
    media = MediaFiles(tmp_path / "media", sqlite)
    first = media.put(b"x", "first.txt", "text/plain")
    assert media.put(b"x", "second.txt", "text/html") == first
    assert media.get(first) == (b"x", "text/plain", "first.txt")
    assert [path.name for path in (tmp_path / "media").rglob("*") if path.is_file()] == [first[2:]]


@pytest.mark.parametrize(
    "ref", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64, f"{'a' * 64}\n", f"..{'a' * 62}"]
)
def test_other_refs_lead_nowhere(sqlite: Database, tmp_path: Path, ref: str) -> None:
    media = MediaFiles(tmp_path / "media", sqlite)
    with pytest.raises(KeyError):
        media.get(ref)
    with pytest.raises(KeyError):
        media.path(ref)


def test_a_lost_file_is_like_none(sqlite: Database, tmp_path: Path) -> None:
    media = MediaFiles(tmp_path / "media", sqlite)
    ref = media.put(b"x", "x.txt", "text/plain")
    media.path(ref).unlink()
    with pytest.raises(KeyError):
        media.get(ref)
    assert media.put(b"x", "x.txt", "text/plain") == ref
    assert media.get(ref)[0] == b"x"
