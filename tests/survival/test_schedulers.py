"""Three schedulers at once on one PostgreSQL: every due item reaches its rep exactly once, kill -9 or not."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime

import pytest
from sqlalchemy import func, insert, select

from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Address
from bot.domain.nodes import NodeStatus
from bot.domain.nudges import LadderStep, NudgeStatus, Subject
from bot.domain.people import Role
from config.playbook import load_playbook
from storage.database import Database, open_database
from storage.queue_tables import outbox
from storage.tables import accounts, customers, members, node_items, nudges
from tests.survival.process import ROOT

REPS, EACH = 2_000, 5
SCHEDULERS = 3
MOMENT = datetime(2026, 11, 18, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.heavy
@pytest.mark.parametrize("kill", [False, True], ids=["all live", "one is killed"])
def test_ten_thousand_due_items_are_claimed_once_each(new_postgres: Callable[[], str], *, kill: bool) -> None:
    url = new_postgres()
    with closing(open_database(url)) as database:
        fill(database)
        with schedulers(url) as running:
            for each in running:
                go(each)
            if kill:
                wait_for_messages(database, REPS // 5)
                running[0].kill()
            codes = [each.wait(120) for each in running]
        assert codes == [-9 if kill else 0, 0, 0]
        said = Counter(told(database))
        assert len(said) == REPS * EACH
        assert set(said.values()) == {1}
        assert planned(database) == 0


def fill(database: Database) -> None:
    """Reps with open checks of one customer each, all due an hour ago."""
    node_key = load_playbook().nodes[0].key
    ids = range(1, REPS + 1)
    people = [
        {"id": number, "name": f"R{number}", "role": Role.REP, "addresses": (address(number),)}
        for number in ids
    ]
    items = [
        {
            "id": number,
            "node_key": node_key,
            "member_id": 1 + (number - 1) // EACH,
            "customer_id": 1,
            "opened_at": MOMENT,
            "due_at": MOMENT,
            "alert_at": MOMENT,
            "status": NodeStatus.OPEN,
            "evidence_refs": (),
        }
        for number in range(1, REPS * EACH + 1)
    ]
    due = [
        {
            "key": f"node:{item['id']}:rep:0",
            "member_id": item["member_id"],
            "subject": Subject.NODE,
            "subject_id": item["id"],
            "step": LadderStep.REP,
            "send_at": MOMENT,
            "status": NudgeStatus.PLANNED,
        }
        for item in items
    ]
    owned = [{"platform": "console", "user_id": f"r{number}", "member_id": number} for number in ids]
    with database.begin() as connection:
        connection.execute(insert(members), people)
        connection.execute(insert(accounts), owned)
        connection.execute(insert(customers), [{"id": 1, "name": "杭州康联", "aliases": ()}])
        connection.execute(insert(node_items), items)
        connection.execute(insert(nudges), due)


def address(number: int) -> Address:
    return Address(platform="console", user_id=f"r{number}")


@contextmanager
def schedulers(url: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are ready to tick; none of them outlives the block."""
    command = [sys.executable, "-m", "tests.survival.ticker", url, MOMENT.isoformat()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(SCHEDULERS)]  # type: ignore[call-overload]
    try:
        for each in running:
            assert each.stdout
            assert each.stdout.readline() == "ready\n"
        yield running
    finally:
        for each in running:
            each.kill()
            each.communicate()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def wait_for_messages(database: Database, count: int) -> None:
    """Until so many messages are committed."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with database.read() as connection:
            if connection.execute(select(func.count()).select_from(outbox)).scalar_one() >= count:
                return
    raise TimeoutError("the schedulers do not tick")


def told(database: Database) -> Iterator[str]:
    """The item behind each line of each message."""
    with database.read() as connection:
        for outgoing in connection.execute(select(outbox.c.outgoing)).scalars():
            assert outgoing.card
            opened = [choice.action for choice in outgoing.card.choices() if "node:" in choice.action]
            yield from opened or [f"day.open:={outgoing.card.buttons[0].action.replace('node.done', 'node')}"]


def planned(database: Database) -> int:
    """How many nudges have not left."""
    query = select(func.count()).select_from(nudges).where(nudges.c.status == NudgeStatus.PLANNED)
    with database.read() as connection:
        return connection.execute(query).scalar_one()
