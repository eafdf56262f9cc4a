"""Score voice notes end to end, from AMR to slots, with each lever of the recogniser on and off.

    python -m tests.eval.voice                      # our own spoken notes, everything on and off
    python -m tests.eval.voice CLIPS_DIR --notes NOTES.jsonl --levers priming mending

`CLIPS_DIR` holds `manifest.jsonl` (id, file); the notes have id, now, text, lexicon and gold.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from config.calendar import load_calendar
from nlu.drafts import draft_of_visits, read_note
from nlu.environment import prepare_environment
from nlu.speech_audio import SAMPLE_RATE, decode_audio
from nlu.speech_engines import FasterWhisper, load_faster_whisper
from nlu.speech_filters import drop_phantoms, tidy_text
from nlu.speech_listening import hear_window
from nlu.speech_mending import mend_transcript
from nlu.speech_prompt import build_prompt
from nlu.speech_vad import WINDOW_SECONDS, Stretch, Window, cut_windows, find_speech
from nlu.speech_weights import get_weights
from nlu.tokens import load_words
from nlu.understand import Understander
from tests.eval.__main__ import FIRST_YEAR, LAST_YEAR, read_drafts, read_lines
from tests.eval.error_rate import count_errors, count_names
from tests.eval.nbest import hear_best
from tests.eval.scoring import Score, score_drafts
from tests.eval.speech import ROOT, Clip, choose_prompt_names, read_clips

CLIPS = ROOT / "tests" / "data" / "voice_c"
NOTES = CLIPS / "notes.jsonl"


class Lever(StrEnum):
    """One thing that is done for better words; `NBEST` is tried here only."""

    VAD = "vad"
    PRIMING = "priming"
    FALLBACK = "fallback"
    MENDING = "mending"
    NAMES_BY_SOUND = "names by sound"
    """Known names in what was heard, wherever only their sound fits."""

    NBEST = "n-best"


USUAL = frozenset(Lever) - {Lever.NBEST}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """One loaded model with some levers."""

    engine: FasterWhisper
    levers: frozenset[Lever]

    def hear(self, clip: Clip, names: tuple[str, ...]) -> str:
        """The words of a clip."""
        samples = decode_audio(clip.path.read_bytes())
        whole = tuple(
            Stretch(start=start, end=min(start + WINDOW_SECONDS - 1, samples.size / SAMPLE_RATE))
            for start in range(0, int(samples.size / SAMPLE_RATE) + 1, int(WINDOW_SECONDS - 1))
        )
        windows = cut_windows(samples, find_speech(samples) if Lever.VAD in self.levers else whole)
        prompt = build_prompt(
            names if Lever.PRIMING in self.levers else (), count_tokens=self.engine.count_tokens
        )
        text = "，".join(filter(None, (self._window(window, prompt, names) for window in windows)))
        return mend_transcript(text, load_words()) if Lever.MENDING in self.levers else text

    def _window(self, window: Window, prompt: Any, names: tuple[str, ...]) -> str:
        if Lever.NBEST in self.levers:
            return hear_best(self.engine, window.samples, prompt=prompt.text, names=names)
        if Lever.FALLBACK in self.levers:
            return hear_window(self.engine, window, prompt=prompt).text
        return drop_phantoms(tidy_text(self.engine.hear(window.samples, prompt=prompt.text).text))


def choose_levers(asked: Iterable[Lever]) -> dict[str, frozenset[Lever]]:
    """What to run: all that the product does, then without each one asked for, and with n-best."""
    runs = {"as shipped": USUAL}
    for lever in asked:
        if lever is Lever.NBEST:
            runs["with n-best"] = USUAL | {lever}
        else:
            runs[f"without {lever}"] = USUAL - {lever}
    return runs


def describe(clips: list[Clip], heard: Mapping[str, str], score: Score, text: Score) -> list[str]:
    """A row of the table."""
    errors = [count_errors(clip.text, heard[clip.id]) for clip in clips]
    said = {clip.id: [name for name in clip.names if name in clip.text] for clip in clips}
    found = sum(count_names(said[clip.id], heard[clip.id]) for clip in clips)
    slots = score.tallies["slots"].f1
    return [
        f"{100 * sum(wrong for wrong, _ in errors) / sum(length for _, length in errors):.1f} %",
        f"{found} of {sum(map(len, said.values()))}",
        f"{slots:.3f}",
        f"{slots / text.tallies['slots'].f1:.2f}",
        f"{score.tallies['actions'].f1:.3f}",
        f"{score.tallies['contacts'].f1:.3f}",
    ]


def main() -> None:
    """Print a row for the typed text, then one for each way to listen."""
    options = _read_options()
    prepare_environment(os.environ)
    clips = read_clips(options.clips, notes=options.notes)[: options.first]
    spoken = {clip.id for clip in clips}
    lines = [line for line in read_lines(options.notes) if line["id"] in spoken]
    understander = Understander.load(load_calendar(FIRST_YEAR, LAST_YEAR))
    text = score_drafts(lines, read_drafts(understander, lines))
    weights = get_weights("base", weights_dir=ROOT / "var" / "weights")
    engine = load_faster_whisper(weights.path, threads=options.threads)
    table = Table("way", "characters wrong", "names", "slots F1", "of text", "actions F1", "contacts F1")
    table.title = f"{len(clips)} spoken notes, whisper base"
    table.add_row(*describe_text(text))
    for name, levers in choose_levers(options.levers).items():
        ear = Ear(engine=engine, levers=levers)  # type: ignore[arg-type]
        heard = {
            clip.id: ear.hear(clip, choose_prompt_names(clip, clips, mode=options.names)) for clip in clips
        }
        rows = [{**line, "text": heard[line["id"]]} for line in lines]
        read = read_drafts if Lever.NAMES_BY_SOUND in levers else read_without_sound
        score = score_drafts(lines, read(understander, rows))
        table.add_row(name, *describe(clips, heard, score, text))
    Console(width=120).print(table)


def read_without_sound(
    understander: Understander, lines: list[dict[str, Any]]
) -> Mapping[str, dict[str, Any]]:
    """The drafts without what is known by its sound alone."""
    drafts = {}
    for note in map(read_note, lines):
        meaning = understander.understand(note.text, now=note.now, lexicon=note.lexicon)
        drafts[note.id] = draft_of_visits(
            [
                replace(visit, facts=tuple(fact for fact in visit.facts if "heard" not in fact.rule))
                for visit in meaning.visits
            ]
        )
    return drafts


def describe_text(text: Score) -> list[str]:
    """The row of the notes as written."""
    tallies = text.tallies
    return ["typed", "", "", *(f"{tallies['slots'].f1:.3f}", "1.00"), *_two(text)]


def _two(score: Score) -> tuple[str, str]:
    return f"{score.tallies['actions'].f1:.3f}", f"{score.tallies['contacts'].f1:.3f}"


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("clips", type=Path, nargs="?", default=CLIPS)
    parser.add_argument("--notes", type=Path, default=NOTES)
    parser.add_argument("--names", choices=("none", "own", "company"), default="company")
    parser.add_argument("--levers", type=Lever, nargs="*", default=list(Lever))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--first", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    main()
