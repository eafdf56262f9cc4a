"""Commands that run the program against a simulated chat platform: simulate wecom, simulate dingtalk."""

from __future__ import annotations

import asyncio
import importlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.speech import fetch_weights
from bot.commands.terminal import screen, show
from bot.domain.errors import ConfigError
from bot.logs import set_up_logs
from config.settings import load_settings

CHECKOUT = Path(__file__).parents[2]


def add_to(cli: typer.Typer) -> None:
    """Hang the commands in."""
    platforms = typer.Typer(help="A chat platform on this machine, to try without an account.")
    platforms.command("wecom")(wecom)
    platforms.command("dingtalk")(dingtalk)
    cli.add_typer(platforms, name="simulate", no_args_is_help=True)


def wecom(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the chat page answers.")] = 8091,
) -> None:
    """Run the product behind a simulated WeCom, with a chat page on which you are any of its members."""
    simulator = import_simulator("wecom")
    settings = load_settings()
    set_up_logs(level=settings.log_level, as_json=settings.log_format == "json")
    fetch_weights(settings, screen())

    def announce(address: str) -> None:
        show(f"[green]The simulated WeCom is ready[/green]: [bold]{address}[/bold] (Ctrl+C stops)")

    asyncio.run(simulator.simulate(settings, page_port=port, announce=announce))


def dingtalk(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the chat page answers.")] = 8092,
    cards: Annotated[
        bool, typer.Option("--cards", help="Interactive cards, as with a card template of your own.")
    ] = False,
) -> None:
    """Run the product behind a simulated DingTalk, with a chat page on which you are any of its members."""
    simulator = import_simulator("dingtalk")
    settings = load_settings()
    set_up_logs(level=settings.log_level, as_json=settings.log_format == "json")
    fetch_weights(settings, screen())

    def announce(address: str) -> None:
        show(f"[green]The simulated DingTalk is ready[/green]: [bold]{address}[/bold] (Ctrl+C stops)")

    asyncio.run(simulator.simulate(settings, page_port=port, with_cards=cards, announce=announce))


def import_simulator(platform: str, *, checkout: Path = CHECKOUT) -> Any:
    """The simulator of a platform; ConfigError where the program was installed without its repository."""
    if not (checkout / "tests" / "fakes" / f"{platform}_page").is_dir():
        raise ConfigError("simulators come with the repository; run this command in a checkout of it")
    if str(checkout) not in sys.path:
        sys.path.insert(0, str(checkout))
    return importlib.import_module(f"tests.fakes.{platform}_page.simulator")
