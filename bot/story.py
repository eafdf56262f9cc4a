"""The story of the product, played without a browser: real audio, the real path, every step checked."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from aiohttp import ClientSession
from rich.console import Console
from rich.text import Text

from bot.app import Parts, open_movable_clock, open_parts
from bot.console_client import Message, move_clock, person_at
from bot.console_ports import ShippedSamples
from bot.demo import open_demo_database
from bot.domain.calendar import SHANGHAI
from bot.serve import serving
from config.settings import Settings
from prompts.story import Expectation, Step, Story, load_story

OPENING = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
"""A Thursday afternoon, so that the story's dates and nudges are the same every time it is played."""


class Player(Protocol):
    """Somebody with a phone or a window: `screen` holds each message by its reference in its latest state."""

    screen: dict[str, Message]

    async def type(self, text: str) -> str: ...
    async def speak(self, audio: bytes, *, name: str) -> str: ...
    async def attach(self, data: bytes, *, name: str) -> str: ...
    async def press(self, message: Message, label: str) -> str: ...
    async def wait_for(self, wanted: Callable[[Message], bool], *, seconds: float) -> Message: ...


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where the story is played, on whatever platform; without a step, time goes to the next reminder."""

    people: Mapping[str, Player]
    move_clock: Callable[[timedelta | None], Awaitable[datetime]]
    out: Console
    parts: Parts


async def play_story(settings: Settings, out: Console) -> bool:
    """Play the demo's story on an empty installation; True only if every step came out right."""
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
            return await play(parts, load_story(), out)


async def play(parts: Parts, story: Story, out: Console) -> bool:
    """Run the program and play a story in it; True only if every step came out right."""
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(parts))
        session = await stack.enter_async_context(ClientSession(base_url=address))
        people = {
            user_id: await stack.enter_async_context(person_at(session, user_id)) for user_id in story.people
        }
        stage = Stage(people=people, move_clock=partial(move_clock, session), out=out, parts=parts)
        return await play_on(stage, story)


async def play_on(stage: Stage, story: Story) -> bool:
    """Play a story among people who are there already; True only if every step came out right."""
    if any(step.voice for step in story.steps):
        await stage.parts.listener.ready()
    failed = 0
    for number, step in enumerate(story.steps, 1):
        stage.out.rule(f"{number} {step.title}", align="left")
        failed += not await _play_step(stage, step)
    stage.out.rule()
    stage.out.print(f"{len(story.steps) - failed} of {len(story.steps)} steps came out right.")
    return failed == 0


async def _play_step(stage: Stage, step: Step) -> bool:
    # What the step before still brings is not this step's doing.
    await stage.parts.settled()
    before = {user_id: _remember(person) for user_id, person in stage.people.items()}
    began = time.perf_counter()
    try:
        await _act(stage, step, stage.people[step.who])
    except LookupError:
        stage.out.print(f"[red]✗ there is no button {step.press} to press[/red]")
        return False
    right = True
    for expected in step.expect:
        right &= await _check(stage, expected, began=began, before=before[expected.who])
    if step.nothing_more:
        right &= await _check_silence(stage, step, before)
    return right


def _remember(person: Player) -> dict[str, str]:
    return {ref: repr(message) for ref, message in person.screen.items()}


async def _check_silence(stage: Stage, step: Step, before: dict[str, dict[str, str]]) -> bool:
    """Nobody but those who were expected to see something sees anything new."""
    await stage.parts.settled()
    expected = {each.who for each in step.expect}
    disturbed = [
        user_id
        for user_id, person in stage.people.items()
        if user_id not in expected
        and any(
            message["from"] == "bot" and repr(message) != before[user_id].get(ref)
            for ref, message in person.screen.items()
        )
    ]
    if disturbed:
        stage.out.print(f"[red]✗ not wanted: a message to {', '.join(disturbed)}[/red]")
    return not disturbed


async def _act(stage: Stage, step: Step, person: Player) -> None:
    if step.say:
        stage.out.print(Text.assemble((step.name, "bold"), f"：{step.say}"))
        await person.type(step.say)
    elif step.voice:
        stage.out.print(Text.assemble((step.name, "bold"), f" 🎤 {step.voice}.amr"))
        await person.speak(ShippedSamples().audio(step.voice), name=f"{step.voice}.amr")
    elif step.press:
        stage.out.print(Text.assemble((step.name, "bold"), f" 👆 {step.press}"))
        await person.press(_card_with(person, step.press), step.press)
    elif step.file:
        stage.out.print(Text.assemble((step.name, "bold"), f" 📎 {step.file}"))
        await person.attach(step.content.encode(), name=step.file)
    elif step.clock:
        by = None if step.clock == "next" else timedelta(hours=float(step.clock))
        now = await stage.move_clock(by)
        stage.out.print(f"🕒 {now:%m-%d %H:%M}")


def _card_with(person: Player, label: str) -> Message:
    """The newest card on the screen that has that button; LookupError if there is none."""
    for message in reversed(person.screen.values()):
        if message["kind"] == "card" and label in labels_of(message):
            return message
    raise LookupError(label)


async def _check(stage: Stage, expected: Expectation, *, began: float, before: dict[str, str]) -> bool:
    person = stage.people[expected.who]

    def fits(message: Message) -> bool:
        fresh = repr(message) != before.get(message["ref"])
        return fresh and message["from"] == "bot" and all(words in flat(message) for words in expected.words)

    try:
        message = await person.wait_for(fits, seconds=expected.seconds)
    except TimeoutError:
        wanted = " · ".join(expected.words)
        stage.out.print(Text(f"✗ {expected.who} does not see: {wanted}", style="red"))
        newest = next((each for each in reversed(person.screen.values()) if each["from"] == "bot"), None)
        if newest:
            stage.out.print(Text(flat(newest), style="dim"))
        return False
    unwanted = [words for words in expected.without if words in flat(message)]
    took = time.perf_counter() - began
    mark = "[red]✗[/red]" if unwanted else "[green]✓[/green]"
    stage.out.print(f"{mark} [dim]{took:5.2f} s[/dim] → {expected.who}")
    stage.out.print(Text(flat(message)))
    if unwanted:
        stage.out.print(Text(f"not wanted: {' · '.join(unwanted)}", style="red"))
    return not unwanted


def labels_of(message: Message) -> list[str]:
    """The labels of everything on a card that can be tapped."""
    card = message["card"]
    options = [option["label"] for select in card["selects"] for option in select["options"]]
    return [*(button["label"] for button in card["buttons"]), *options]


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
