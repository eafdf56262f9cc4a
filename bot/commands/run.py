"""Commands that run the program or look after its database: demo, serve, check, migrate."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from contextlib import closing
from typing import Annotated

import typer
from rich.table import Table

from bot.app import open_calendar, open_movable_clock, open_parts
from bot.checks import check_all, describe_quota
from bot.clock import SystemClock
from bot.commands.speech import fetch_weights
from bot.commands.terminal import screen, show
from bot.demo import open_demo_database
from bot.dingtalk_check import check_dingtalk
from bot.domain.errors import ConfigError
from bot.domain.people import Role
from bot.logs import set_up_logs
from bot.quotas import PLATFORM as DINGTALK
from bot.quotas import read_quotas
from bot.serve import serve_until_stopped
from bot.story import play_story
from bot.wecom_check import check_wecom
from bot.wecom_ports import WECOM
from config.playbook import load_playbook
from config.settings import Settings, load_settings
from prompts.texts import load_texts
from storage.database import Database, open_database
from storage.migrations import current, downgrade, pending, upgrade


def add_to(cli: typer.Typer) -> None:
    """Hang the commands in."""
    cli.command()(demo)
    cli.command()(serve)
    cli.command()(check)
    cli.command()(migrate)


def demo(
    script: Annotated[bool, typer.Option("--script", help="Play the story without a browser.")] = False,
) -> None:
    """Run the whole product on this machine with a demo company, or play its story."""
    settings = load_settings()
    set_up_logs(level=settings.log_level if not script else "WARNING", as_json=settings.log_format == "json")
    fetch_weights(settings, screen())
    if script:
        sys.exit(0 if asyncio.run(play_story(settings, screen())) else 1)
    began = time.perf_counter()
    with closing(open_demo_database(settings)) as database:
        parts = open_parts(settings, database, open_movable_clock(database))

        def announce(address: str) -> None:
            took = time.perf_counter() - began
            show(f"[green]Genjin is ready[/green] after {took:.1f} s: [bold]{address}[/bold] (Ctrl+C stops)")

        asyncio.run(serve_until_stopped(parts, announce=announce))


def serve() -> None:
    """Run the program for a company, on the settings of the environment."""
    settings = load_settings()
    set_up_logs(level=settings.log_level, as_json=settings.log_format == "json")
    with closing(open_database(settings.database())) as database:
        if pending(database):
            upgrade(database)
        offer_admin_code(settings, database)
        parts = open_parts(settings, database, SystemClock())
        asyncio.run(serve_until_stopped(parts, announce=lambda address: show(f"Genjin is ready: {address}")))


def offer_admin_code(settings: Settings, database: Database) -> None:
    """Print a one-time code while there is no admin: who sits at the server may become the first one."""
    now, limits = SystemClock().now(), load_playbook(settings.playbook).limits
    with database.unit_of_work("admin-code", now) as uow:
        if uow.members.of_role(Role.ADMIN):
            return
        code = uow.admin_codes.create(
            f"{secrets.randbelow(10**8):08d}", now=now, minutes=limits.admin_code_minutes
        )
    command = load_texts().say("people.admin_command", code=code)
    show(f"There is no admin yet. Send this to the bot within {limits.admin_code_minutes} minutes: {command}")


def check() -> None:
    """Try every part and say how to mend what fails."""
    settings = load_settings()
    now = SystemClock().now()
    load_playbook(settings.playbook)
    with closing(open_database(settings.database())) as database:
        database.check()
        if pending(database):
            raise ConfigError("the database is not at the newest revision; run: genjin migrate")
        with database.unit_of_work("check", now) as uow:
            results = check_all(
                uow,
                settings=settings,
                database=database,
                calendar=open_calendar(settings, now),
                texts=load_texts(),
                now=now,
            )
        if WECOM in settings.platform_names:
            asked = check_wecom(settings, database, clock=SystemClock(), texts=load_texts())
            results = [*results, *asyncio.run(asked)]
        if DINGTALK in settings.platform_names:
            texts = load_texts()
            greeting = texts.say("check.dingtalk_greeting")
            tried = check_dingtalk(settings, database, clock=SystemClock(), texts=texts, greeting=greeting)
            results = [*results, *asyncio.run(tried)]
        quotas = read_quotas(database, settings, now=now)
    table = Table(show_header=False, box=None)
    for result in results:
        table.add_row("[green]✓[/green]" if result.passed else "[red]✗[/red]", result.name, result.fix)
    for figure in (describe_quota(quota, load_texts()) for quota in quotas):
        table.add_row("", figure.name, figure.value)
    show(table)
    if not all(result.passed for result in results):
        sys.exit(1)


def migrate(
    to: Annotated[str, typer.Option(help="A revision; `base` takes everything away.")] = "head",
    down: Annotated[bool, typer.Option("--down", help="Go back to the revision.")] = False,
) -> None:
    """Bring the database to the newest shape, or back to an older one."""
    settings = load_settings()
    if down and to == "head":
        raise ConfigError("name the revision to go back to: --down --to REVISION")
    with closing(open_database(settings.database())) as database:
        if down:
            downgrade(database, to)
        else:
            upgrade(database, to)
        show(f"The database is at revision {current(database) or 'none'}.")
