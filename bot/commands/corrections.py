"""The command about corrections: every one is an example to learn from."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands.company import write_text
from bot.commands.language import known_names
from bot.commands.terminal import tell
from bot.domain.calendar import SHANGHAI
from config.settings import load_settings
from nlu.examples import example_of
from storage.correction_export import corrections
from storage.database import open_database


def add_to(cli: typer.Typer) -> None:
    """Hang the command in."""
    group = typer.Typer(help="What reps put right.", no_args_is_help=True)
    group.callback()(_group)
    group.command("export")(export)
    cli.add_typer(group, name="corrections")


def _group() -> None:
    """Keeps `export` a command of its own while it is the only one."""


def export(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day, 2026-11-01.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="A file; without it, standard output.")] = None,
) -> None:
    """Write each corrected note as a JSON line: text, names known, what was read, what is right."""
    settings = load_settings()
    lexicon = known_names(settings, SystemClock().now())
    begin = since.replace(tzinfo=SHANGHAI) if since else None
    with closing(open_database(settings.database())) as database:
        lines = [
            json.dumps(example_of(each.read, each.saved, lexicon=lexicon), ensure_ascii=False)
            for each in corrections(database, since=begin)
        ]
    write_text(to, "".join(f"{line}\n" for line in lines))
    tell(f"{len(lines)} corrected notes.")
