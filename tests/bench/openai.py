"""Baseline: what openai-whisper's own command line does with one sound file, with no ffmpeg binary.

Prints one line of JSON: the seconds of loading and of two transcriptions.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from nlu.speech_audio import decode_audio

RUNS = 2
STEP = 0.2
TEMPERATURES = tuple(number * STEP for number in range(6))
"""The command line's default: 0 and, where that fails, up to 1 in steps of 0.2; beam and best of are 5."""


def main(checkpoint: str, sound: str) -> None:
    """Load and transcribe as `whisper FILE --model base --language zh` does."""
    import whisper

    began = time.perf_counter()
    model = whisper.load_model(checkpoint, device="cpu")
    loaded = time.perf_counter() - began
    runs = []
    for _ in range(RUNS):
        began = time.perf_counter()
        samples = decode_audio(Path(sound).read_bytes())
        model.transcribe(samples, language="zh", temperature=TEMPERATURES, beam_size=5, best_of=5, fp16=False)
        runs.append(time.perf_counter() - began)
    sys.stdout.write(json.dumps({"load": loaded, "runs": runs}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
