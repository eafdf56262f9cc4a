"""The story of the product, played without a browser: real audio, the real path, every step checked."""

from __future__ import annotations

import time

from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientSession
from rich.console import Console
from rich.text import Text

from bot.app import Parts, open_movable_clock, open_parts
from bot.console_client import ConsolePerson, Message, move_clock, person_at
from bot.console_ports import ShippedSamples
from bot.demo import open_demo_database
from bot.domain.calendar import SHANGHAI
from bot.serve import serving
from config.settings import Settings
from prompts.story import Expectation, Step, load_story

OPENING = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
"""A Thursday afternoon, so that the story's dates and nudges are the same every time it is played."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where the story is played."""

    people: dict[str, ConsolePerson]
    session: ClientSession
    out: Console
    shown: dict[str, Message]


async def play_story(settings: Settings, out: Console) -> bool:
    """Play it on an empty installation; True only if every step came out right."""
    with TemporaryDirectory(prefix="genjin-story-") as folder:
        own = settings.model_copy(
            update={
                "var_dir": Path(folder),
                "database_url": "",
                "port": 0,
                "platforms": "console",
                "speech_weights": settings.weights_dir,
            }
        )
        with closing(open_demo_database(own)) as database:
            parts = open_parts(own, database, open_movable_clock(database, start=OPENING))
            return await _play(parts, out)


async def _play(parts: Parts, out: Console) -> bool:
    story = load_story()
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(parts))
        session = await stack.enter_async_context(ClientSession(base_url=address))
        people = {
            user_id: await stack.enter_async_context(person_at(session, user_id)) for user_id in story.people
        }
        await parts.listener.ready()
        stage = Stage(people=people, session=session, out=out, shown={})
        failed = 0
        for number, step in enumerate(story.steps, 1):
            out.rule(f"{number} {step.title}", align="left")
            failed += not await _play_step(stage, step)
    out.rule()
    out.print(f"{len(story.steps) - failed} of {len(story.steps)} steps came out right.")
    return failed == 0


async def _play_step(stage: Stage, step: Step) -> bool:
    person = stage.people[step.who]
    seen = {ref: repr(message) for ref, message in person.screen.items()}
    began = time.perf_counter()
    try:
        await _act(stage, step, person)
    except LookupError:
        stage.out.print(f"[red]✗ there is no button {step.press} to press[/red]")
        return False
    right = True
    for expected in step.expect:
        right &= await _check(stage, expected, began=began, seen=seen if expected.who == step.who else {})
    return right


async def _act(stage: Stage, step: Step, person: ConsolePerson) -> None:
    if step.say:
        stage.out.print(f"[bold]{step.name}[/bold]：{step.say}")
        await person.type(step.say)
    elif step.voice:
        stage.out.print(f"[bold]{step.name}[/bold] 🎤 {step.voice}.amr")
        await person.speak(ShippedSamples().audio(step.voice), name=f"{step.voice}.amr")
    elif step.press:
        stage.out.print(f"[bold]{step.name}[/bold] 👆 {step.press}")
        await person.press(stage.shown[step.who], step.press)
    elif step.clock:
        by = None if step.clock == "next" else timedelta(hours=float(step.clock))
        now = await move_clock(stage.session, by)
        stage.out.print(f"🕒 {now:%m-%d %H:%M}")


async def _check(stage: Stage, expected: Expectation, *, began: float, seen: dict[str, str]) -> bool:
    person = stage.people[expected.who]

    def fits(message: Message) -> bool:
        fresh = repr(message) != seen.get(message["ref"])
        return fresh and message["from"] == "bot" and all(words in flat(message) for words in expected.words)

    try:
        message = await person.wait_for(fits, seconds=expected.seconds)
    except TimeoutError:
        stage.out.print(f"[red]✗ {expected.who}: nothing with {' · '.join(expected.words)}[/red]")
        newest = next((each for each in reversed(person.screen.values()) if each["from"] == "bot"), None)
        if newest:
            stage.out.print(Text(flat(newest), style="dim"))
        return False
    unwanted = [words for words in expected.without if words in flat(message)]
    if message["kind"] == "card":
        stage.shown[expected.who] = message
    took = time.perf_counter() - began
    mark = "[red]✗[/red]" if unwanted else "[green]✓[/green]"
    stage.out.print(f"{mark} [dim]{took:5.2f} s[/dim] → {expected.who}")
    stage.out.print(Text(flat(message)))
    if unwanted:
        stage.out.print(f"[red]not wanted: {' · '.join(unwanted)}[/red]")
    return not unwanted


def flat(message: Message) -> str:
    """A message as lines of text."""
    if message["kind"] != "card":
        return str(message.get("text", ""))
    card = message["card"]
    lines = [card["title"]]
    if card["quote"]:
        lines.append(f"「{card['quote']}」")
    for row in card["rows"]:
        was = f"{row['was']} → " if row["was"] else ""
        said = f"  ‹{row['said']}›" if row["said"] else ""
        lines.append(f"{row['label']}：{was}{row['value']}{said}")
    if card["note"]:
        lines.append(card["note"])
    lines.append(" ".join(f"[{each['digit']} {each['label']}]" for each in card["buttons"]))
    lines += [
        f"{option['digit']} {option['label']}" for select in card["selects"] for option in select["options"]
    ]
    return "\n".join(line for line in lines if line)
