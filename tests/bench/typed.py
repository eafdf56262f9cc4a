"""How long a typed note takes until its card is on the screen, through the whole running program."""

from __future__ import annotations

import time
from pathlib import Path

from aiohttp import ClientSession

from bot.console_client import ConsolePerson, person_at
from tests.bench.figures import Figure, spread
from tests.survival.process import Process, free_port
from tests.survival.storm import CUSTOMERS, NOTE, Plan, prepare

NOTES = 150
WARM_UP = 10
PARTS = (0.5, 0.95)


async def measure(folder: Path) -> list[Figure]:
    """From the frame sent to the card received, beside a frame that is sent straight back."""
    frame = await _time_echo(folder)
    cards = await _time_cards(folder)
    return spread(
        "typed note → card",
        cards,
        parts=PARTS,
        goals=("≤ 150 ms", "≤ 300 ms"),
        baseline=frame,
        baseline_name="bare websocket echo",
    )


async def _time_echo(folder: Path) -> list[float]:
    server = Process(module="tests.bench.bare", port=free_port(), settings={}, log=folder / "bare.log")
    await server.start()
    times = []
    try:
        async with ClientSession(server.address) as session, session.ws_connect("/echo") as socket:
            for number in range(NOTES):
                began = time.perf_counter()
                await socket.send_json({"type": "send", "text": note(number)})
                await socket.receive_json()
                times.append(time.perf_counter() - began)
    finally:
        server.stop()
    return times


async def _time_cards(folder: Path) -> list[float]:
    url = f"sqlite:///{folder / 'typing.db'}"
    prepare(Plan(notes=0, kills=0, seed=0, database_url=url, folder=folder, hurry=False))
    settings = {"DATABASE_URL": url, "VAR_DIR": str(folder), "PLATFORMS": "console", "LOG_LEVEL": "WARNING"}
    server = Process(
        module="tests.survival.target", port=free_port(), settings=settings, log=folder / "typing.log"
    )
    await server.start()
    try:
        async with ClientSession(server.address) as session, person_at(session, "rep1") as person:
            times = [await _time_card(person, note(number)) for number in range(WARM_UP + NOTES)]
            return times[WARM_UP:]
    finally:
        server.stop()


async def _time_card(person: ConsolePerson, text: str) -> float:
    began = time.perf_counter()
    message_id = await person.type(text)
    await person.wait_for(lambda message: message["ref"] == f"note:{message_id}" and "card" in message)
    return time.perf_counter() - began


def note(number: int) -> str:
    """A note that needs no question; neighbours differ in their customer."""
    return NOTE.format(customer=CUSTOMERS[number % len(CUSTOMERS)], number=number + 1)
