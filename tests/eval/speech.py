"""Measure speech recognition on spoken notes: character errors, names found, speed, memory.

    python -m tests.eval.speech prompts/samples
    python -m tests.eval.speech CLIPS_DIR --notes NOTES.jsonl --names company --engine faster-whisper

`CLIPS_DIR` holds `manifest.jsonl` (id, file, text unless `--notes` has it); notes have id, text, lexicon.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import SpeechError
from nlu.environment import prepare_environment
from nlu.speech import Recogniser, open_recogniser
from tests.eval.error_rate import count_errors, count_names

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "prompts" / "samples"
DEMO_NAMES = (
    *("张总", "王工", "李经理", "陈总", "刘主任", "王主任", "赵工", "杭州康联", "康联", "宁波德力", "德力"),
    *("苏州恒达", "恒达", "绍兴二院", "西门子", "施耐德", "迈瑞"),
)
"""People first: short names are the easiest to mishear."""

COMPANY_SIZE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One spoken note: its sound file, what is said, and the names that its company knows."""

    id: str
    path: Path
    text: str
    names: tuple[str, ...]
    noisy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What recognising one clip gave."""

    clip: Clip
    heard: str
    wrong: int
    characters: int
    names_found: int
    names_said: int
    seconds: float
    took: float
    flags: tuple[str, ...]


def read_clips(folder: Path, *, notes: Path | None) -> list[Clip]:
    """Read the manifest of `folder`, with texts and lexicons from `notes` where given."""
    texts = {row["id"]: row for row in _read_lines(notes)} if notes else {}
    return [_read_clip(row, folder, texts) for row in _read_lines(folder / "manifest.jsonl")]


def score_clip(recogniser: Recogniser, clip: Clip, *, names: tuple[str, ...]) -> Score:
    """Recognise one clip and count; a note refused counts as all wrong."""
    started = time.perf_counter()
    try:
        transcript = recogniser.transcribe(clip.path.read_bytes(), names=names)
        heard, seconds, flags = transcript.text, transcript.seconds, tuple(map(str, transcript.flags))
    except SpeechError as error:
        heard, seconds, flags = "", 0.0, (type(error).__name__,)
    took = time.perf_counter() - started
    wrong, characters = count_errors(clip.text, heard)
    said = [name for name in clip.names if name in clip.text]
    return Score(
        clip=clip,
        heard=heard,
        wrong=wrong,
        characters=characters,
        names_found=count_names(said, heard),
        names_said=len(said),
        seconds=seconds,
        took=took,
        flags=flags,
    )


def choose_prompt_names(clip: Clip, clips: list[Clip], *, mode: str) -> tuple[str, ...]:
    """Names to prime with: none, the note's own, or its own among 24 of a company (others' names first)."""
    if mode == "none":
        return ()
    if mode == "own":
        return clip.names
    others = [name for other in clips for name in other.names[:2] if name not in clip.names]
    room = max(0, COMPANY_SIZE - len(clip.names))
    start = clips.index(clip) * 7 % max(1, len(others) - room)
    return tuple(dict.fromkeys([*clip.names, *others[start : start + room]]))


def describe_scores(scores: list[Score]) -> str:
    """One line: error rate, names found, seconds a second of sound."""
    wrong, characters = sum(s.wrong for s in scores), sum(s.characters for s in scores)
    found, said = sum(s.names_found for s in scores), sum(s.names_said for s in scores)
    ratios = sorted(s.took / s.seconds for s in scores if s.seconds)
    flagged = sum(bool(s.flags) for s in scores)
    return (
        f"{len(scores)} clips: CER {100 * wrong / characters:.1f} %, names {found}/{said}"
        f" = {100 * found / max(1, said):.0f} %, RTF median {ratios[len(ratios) // 2]:.2f}, flagged {flagged}"
    )


def main() -> None:
    """Print a line for all clips, and for clean and noisy ones where both are there."""
    options = _read_options()
    prepare_environment(os.environ)
    clips = read_clips(options.clips, notes=options.notes)[: options.first]
    recogniser = open_recogniser(
        engine=options.engine, model=options.model, weights_dir=options.weights, threads=options.threads
    )
    started = time.perf_counter()
    recogniser.load()
    loading = time.perf_counter() - started
    _say(f"{options.engine} {options.model}, names {options.names}, load {loading:.1f} s")
    scores = [
        score_clip(recogniser, clip, names=choose_prompt_names(clip, clips, mode=options.names))
        for clip in clips
    ]
    recogniser.close()
    for score in scores if options.show else ():
        _say(f"{score.clip.id} {score.wrong:2d}/{score.characters} {score.heard} {' '.join(score.flags)}")
    _say(describe_scores(scores))
    for noisy, label in ((False, "clean"), (True, "noisy")):
        chosen = [score for score in scores if score.clip.noisy is noisy]
        if 0 < len(chosen) < len(scores):
            _say(f"  {label}: {describe_scores(chosen)}")
    _say(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure speech recognition on spoken notes.")
    parser.add_argument("clips", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--notes", type=Path)
    parser.add_argument("--names", choices=("none", "own", "company"), default="own")
    parser.add_argument("--engine", default="faster-whisper")
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--first", type=int)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--weights", type=Path, default=ROOT / "var" / "weights")
    return parser.parse_args()


def _read_clip(row: dict[str, Any], folder: Path, texts: dict[str, dict[str, Any]]) -> Clip:
    note = texts.get(row["id"], row)
    lexicon = note.get("lexicon")
    names = [name for group in lexicon.values() for each in group for name in each] if lexicon else DEMO_NAMES
    return Clip(
        id=row["id"],
        path=folder / row["file"],
        text=note["text"],
        names=tuple(dict.fromkeys(names)),
        noisy=row.get("noise_snr_db") is not None,
    )


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
