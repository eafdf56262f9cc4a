"""Commands about language: understand and dates."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bot.app import open_calendar
from bot.clock import SystemClock
from bot.commands.terminal import show
from bot.domain.calendar import WorkCalendar
from bot.domain.errors import ConfigError
from bot.domain.understanding import Lexicon, Understanding
from config.calendar import load_calendar
from config.settings import Settings, load_settings
from nlu.dates import dates_record
from nlu.drafts import draft_of, read_note
from nlu.understand import Understander
from storage.database import open_database

COLOURS = {
    "customer": "bold cyan",
    "contact": "cyan",
    "decision_maker": "magenta",
    "competitor": "red",
    "amount": "yellow",
    "signal": "blue",
    "topic": "green",
    "quote": "italic",
}
NOTE_YEARS = (2024, 2028)
"""Notes of a file carry their own dates, so the calendar covers the years around them too."""


def add_to(cli: typer.Typer) -> None:
    """Hang the commands in."""
    cli.command()(understand)
    cli.command()(dates)


def understand(
    text: Annotated[str | None, typer.Argument(help="A note.")] = None,
    jsonl: Annotated[
        Path | None, typer.Option(help="A file of notes (id, now, text, lexicon), `-` for standard input.")
    ] = None,
) -> None:
    """Show what a note means: each value with its words and its rule. With --jsonl, drafts as JSON lines."""
    if (text is None) == (jsonl is None):
        raise ConfigError("give either a note or --jsonl FILE")
    settings = load_settings()
    if jsonl is not None:
        understander = Understander.load(wide_calendar(settings))
        for line in read_lines(jsonl):
            note = read_note(line)
            meaning = understander.understand(note.text, now=note.now, lexicon=note.lexicon)
            print_json({"id": note.id, "draft": draft_of(meaning)})
        return
    now = SystemClock().now()
    understander = Understander.load(open_calendar(settings, now))
    show_meaning(understander.understand(text or "", now=now, lexicon=known_names(settings, now)))


def dates(
    jsonl: Annotated[Path, typer.Option(help="A file of lines with now and text, `-` for standard input.")],
) -> None:
    """Read lines of {"now", "text"}: each expression of time as a JSON line, with its input `line`."""
    calendar = wide_calendar(load_settings())
    for number, line in enumerate(read_lines(jsonl), 1):
        try:
            now, text = datetime.fromisoformat(line["now"]), str(line["text"])
        except (KeyError, TypeError) as error:
            raise ConfigError(f"a line lacks {error}") from error
        for found in dates_record(text, now=now, calendar=calendar):
            print_json({**found, "line": number, **({"id": line["id"]} if "id" in line else {})})


def wide_calendar(settings: Settings) -> WorkCalendar:
    """The calendar of every year that a file of notes may speak of."""
    return load_calendar(*NOTE_YEARS, overrides=settings.holidays)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file, one a line; ConfigError names a line that is none."""
    text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise ConfigError(f"line {number} is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise ConfigError(f"line {number} is not a JSON object")
        yield value


def print_json(value: object) -> None:
    """One line of JSON on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def known_names(settings: Settings, now: datetime) -> Lexicon:
    """What this installation's company knows, seen as an admin; nothing where there is no database yet."""
    if not settings.database_url and not (settings.var_dir / "genjin.db").exists():
        return Lexicon()
    with closing(open_database(settings.database())) as database, database.unit_of_work("cli", now) as uow:
        members = sorted(uow.members.all(), key=lambda member: member.role)
        return uow.lexicon(members[0]) if members else Lexicon()


def show_meaning(meaning: Understanding) -> None:
    """The note with coloured spans, then a table of values."""
    note = Text(meaning.text)
    table = Table("field", "value", "words", "rule", box=None)
    for visit in meaning.visits:
        for fact in visit.facts:
            note.stylize(COLOURS.get(fact.field, ""), fact.span.start, fact.span.end)
            table.add_row(fact.field, fact.value, fact.said, fact.rule)
        for action in visit.actions:
            note.stylize("underline", action.span.start, action.span.end)
            due = action.due.iso() if action.due else ""
            table.add_row("action", f"{action.kind} {due}".strip(), action.text, action.rule)
        for mention in visit.mentions:
            table.add_row(f"{mention.field}?", " / ".join(mention.candidates), mention.said, "several fit")
    for fact in meaning.withdrawn:
        note.stylize("strike", fact.span.start, fact.span.end)
        table.add_row(f"[strike]{fact.field}[/strike]", fact.value, fact.said, fact.rule)
    show(note)
    show(f"[dim]intent: {meaning.intent}[/dim]")
    show(table)
