"""Commands about speech: weights get, verify and where, and transcribe."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from bot.commands.terminal import screen, show, tell
from bot.domain.errors import ConfigError, SpeechError
from config.settings import Settings, load_settings
from nlu.speech import open_recogniser
from nlu.speech_weights import Source, get_weights, locate_weights, verify_weights


def add_to(cli: typer.Typer) -> None:
    """Hang the commands in."""
    weights = typer.Typer(help="The speech model's weights.", no_args_is_help=True)
    weights.command("get")(get)
    weights.command("verify")(verify)
    weights.command("where")(where)
    cli.add_typer(weights, name="weights")
    cli.command()(transcribe)


def fetch_weights(settings: Settings, console: Console) -> None:
    """Get the weights of the settings, once, with a progress bar."""
    if locate_weights(settings.speech_model, weights_dir=settings.weights_dir):
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(f"speech weights ({settings.speech_model})", total=None)
        get_weights(
            settings.speech_model,
            weights_dir=settings.weights_dir,
            source=Source(settings.speech_source),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def get() -> None:
    """Fetch the weights once."""
    settings = load_settings()
    fetch_weights(settings, screen())
    where()


def verify() -> None:
    """Hash every file of the weights."""
    settings = load_settings()
    found = locate_weights(settings.speech_model, weights_dir=settings.weights_dir)
    if found is None:
        raise ConfigError(f"the weights of {settings.speech_model} are not here; run: genjin weights get")
    wrong = verify_weights(found)
    if wrong:
        raise ConfigError(
            f"these files are missing or damaged, remove them and fetch again: {', '.join(wrong)}"
        )
    show(f"The weights of {settings.speech_model} are sound.")


def where() -> None:
    """Print where the weights lie."""
    settings = load_settings()
    found = locate_weights(settings.speech_model, weights_dir=settings.weights_dir)
    if found is None:
        raise ConfigError(f"the weights of {settings.speech_model} are not here; run: genjin weights get")
    show(str(found.path), soft_wrap=True, highlight=False)


def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Sound files: AMR, OGG, MP3, M4A, WAV, WEBM.")],
    names: Annotated[str, typer.Option(help="Names to expect, separated by commas.")] = "",
) -> None:
    """Write down what is said in sound files."""
    settings = load_settings()
    fetch_weights(settings, screen(stderr=True))
    recogniser = open_recogniser(
        engine=settings.speech_engine,
        model=settings.speech_model,
        weights_dir=settings.weights_dir,
        download=False,
        threads=settings.speech_threads or None,
    )
    failed = False
    with closing(recogniser):
        for file in files:
            began = time.perf_counter()
            try:
                expected = [name.strip() for name in names.split(",") if name.strip()]
                transcript = recogniser.transcribe(file.read_bytes(), names=expected)
            except (SpeechError, OSError) as error:
                failed = True
                tell(f"{file.name}: {error}", highlight=False)
                continue
            took = time.perf_counter() - began
            if len(files) > 1:
                show(f"[dim]{file.name}[/dim]", end=" ")
            show(transcript.text, highlight=False, soft_wrap=True)
            tell(f"[dim]{transcript.seconds:.1f} s of sound in {took:.1f} s[/dim]")
    if failed:
        sys.exit(1)
