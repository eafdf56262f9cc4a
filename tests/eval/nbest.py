"""Tries what five hypotheses instead of one are worth: the one that holds most known names wins."""

from __future__ import annotations

from typing import Any

import numpy as np

from nlu.speech_audio import SAMPLE_RATE
from nlu.speech_engines import BEAM_SIZE, LANGUAGE, FasterWhisper
from nlu.speech_filters import drop_phantoms, tidy_text

HYPOTHESES = 5
SAMPLES = 30 * SAMPLE_RATE
"""Whisper takes 30 s at once."""


def hear_best(engine: FasterWhisper, samples: Any, *, prompt: str, names: tuple[str, ...]) -> str:
    """The likeliest of five hearings, those with more of the names before the others."""
    texts = [drop_phantoms(tidy_text(text)) for text in hear_several(engine, samples, prompt=prompt)]
    return max(texts, key=lambda text: sum(name in text for name in names), default="")


def hear_several(engine: FasterWhisper, samples: Any, *, prompt: str) -> list[str]:
    """Up to five hearings of one window, the likeliest first; at temperature 0, nothing checked."""
    from faster_whisper.audio import pad_or_trim
    from faster_whisper.tokenizer import Tokenizer

    model = engine._model
    tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language=LANGUAGE)
    features = pad_or_trim(model.feature_extractor(np.asarray(samples[:SAMPLES])))
    tokens = model.get_prompt(tokenizer, tokenizer.encode(f" {prompt.strip()}"), without_timestamps=True)
    (found,) = model.model.generate(
        model.encode(features), [tokens], beam_size=BEAM_SIZE, num_hypotheses=HYPOTHESES, max_length=448
    )
    return [tokenizer.decode(ids) for ids in found.sequences_ids]
