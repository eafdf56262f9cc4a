"""The command line `genjin`: every command, its errors one clear sentence and a non-zero exit."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from bot.domain.errors import BotError


def build_cli() -> typer.Typer:
    """All commands; their modules are imported here, so that `--help` stays quick."""
    from bot.commands import company, corrections, language, run, simulate, speech
    from bot.commands.terminal import show

    cli = typer.Typer(
        help="Genjin: dictated visit notes become records, and the process runs itself.",
        no_args_is_help=True,
        invoke_without_command=True,
        pretty_exceptions_enable=False,
    )

    @cli.callback()
    def take_options(
        debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")] = False,
        version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    ) -> None:
        if version:
            show(f"genjin {metadata.version('genjin')}")
            raise typer.Exit

    run.add_to(cli)
    simulate.add_to(cli)
    speech.add_to(cli)
    language.add_to(cli)
    company.add_to(cli)
    corrections.add_to(cli)
    return cli


def main() -> None:
    """Run one command; an expected error is told in one sentence, with `--debug` with its trace."""
    from nlu.environment import prepare_environment

    prepare_environment(os.environ)
    try:
        build_cli()()
    except (BotError, OSError, ValueError) as error:
        if "--debug" in sys.argv:
            raise
        sentence = escape(str(error) or type(error).__name__)
        Console(stderr=True).print(f"[red]genjin:[/red] {sentence}", highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
