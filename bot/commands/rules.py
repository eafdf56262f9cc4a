"""Commands about the company's rules: dry-run."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.clock import SystemClock
from bot.commands.terminal import show, tell
from bot.deps import open_calendar
from bot.domain.dry_run import LOOK_BACK, DryRun, run_dry
from bot.domain.errors import ConfigError
from bot.domain.playbook import Playbook
from bot.domain.replay import History
from config.playbook import load_playbook
from config.settings import Settings, load_settings
from prompts.dry_run import Names, sample_line
from prompts.texts import load_texts
from storage.customers import Customers
from storage.database import Database, open_database
from storage.history import Histories
from storage.ledger import Trail
from storage.migrations import pending

SHOWN_SAMPLES = 10


def add_to(cli: typer.Typer) -> None:
    """Hang the commands in."""
    cli.command("dry-run")(dry_run)


def dry_run(
    days: Annotated[int, typer.Option(min=1, max=366, help="How far back.")] = 14,
    playbook: Annotated[Path | None, typer.Option(help="Rules to try; without it, the present ones.")] = None,
    node: Annotated[str, typer.Option(help="Only this node, by key or name.")] = "",
    team: Annotated[str, typer.Option(help="Only messages to people of this team.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day after the last one; today.")
    ] = None,
) -> None:
    """Show what the rules would have sent over the past days; nothing is sent or written."""
    settings = load_settings()
    rules = load_playbook(playbook or settings.playbook)
    now = SystemClock().now()
    end = until.replace(tzinfo=now.tzinfo) if until else now
    since = end - timedelta(days=days)
    with closing(open_database(settings.database())) as database:
        if pending(database):
            raise ConfigError("the database has not the newest shape: run genjin migrate first")
        history, customers = read_past(database, since=since, until=end)
    only = node_key(rules, node)
    names = Names(
        members={each.id: each.name for each in history.members},
        customers=customers,
        nodes={each.key: each.name for each in rules.nodes},
    )
    tried = try_on(history, rules, settings, since=since, until=end, only=only, team=team)
    show_run(tried, names)
    if playbook:
        present = load_playbook(settings.playbook)
        before = try_on(history, present, settings, since=since, until=end, only=only, team=team)
        show(f"The present rules: {len(before.messages)} messages to {len(before.per_member())} people.")
    tell("Nothing was sent and nothing was changed.")


def read_past(database: Database, *, since: datetime, until: datetime) -> tuple[History, dict[int, str]]:
    """What happened, and the customers' names, in a transaction that can only read."""
    with database.read() as connection:
        trail = Trail(connection=connection, message_id="dry-run", now=until)
        customers = {each.id: each.short_name for each in Customers(trail).all()}
        return Histories(trail).between(since - LOOK_BACK, until), customers


def try_on(
    history: History,
    rules: Playbook,
    settings: Settings,
    *,
    since: datetime,
    until: datetime,
    only: str,
    team: str,
) -> DryRun:
    """The dry run of one playbook."""
    calendar = open_calendar(settings, until)
    return run_dry(history, rules, calendar=calendar, since=since, until=until, only=only, team=team)


def node_key(rules: Playbook, wanted: str) -> str:
    """The key of the node that is meant; empty for all. ConfigError names those that there are."""
    if not wanted:
        return ""
    found = next((each.key for each in rules.nodes if wanted in (each.key, each.name)), None)
    if found is None:
        known = ", ".join(each.key for each in rules.nodes)
        raise ConfigError(f"no node {wanted}; there are {known}")
    return found


def show_run(run: DryRun, names: Names) -> None:
    """How many messages, to whom, on which days, at worst, with samples."""
    show(
        f"{run.since:%Y-%m-%d} to {run.until:%Y-%m-%d}: "
        f"{len(run.messages)} messages to {len(run.per_member())} people."
    )
    if not run.messages:
        return
    people = Table("person", "messages", "most on one day", "day")
    for member_id, count in run.per_member():
        day, most = run.worst_day_of(member_id)
        people.add_row(names.members[member_id], str(count), str(most), f"{day}")
    show(people)
    days = Table("day", "messages")
    for day, count in sorted(run.per_day().items()):
        days.add_row(f"{day}", str(count))
    show(days)
    texts = load_texts()
    for message in run.samples(SHOWN_SAMPLES):
        show(f"  {sample_line(message, names, texts)}", markup=False)
