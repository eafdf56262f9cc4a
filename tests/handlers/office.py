"""An office of a few people on a real database: say, press, let time pass, and see what the bot answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import text as sql

from bot.domain.calendar import SHANGHAI
from bot.domain.customers import Contact, Customer
from bot.domain.messages import Address, Attachment, Card, Incoming, Kind, Outgoing, Voice
from bot.domain.people import Member, Role
from bot.domain.talk_tracks import TalkTrack
from bot.domain.understanding import Signal
from bot.domain.visits import VisitRecord
from config.calendar import load_calendar
from config.playbook import load_playbook
from handlers.context import CheckResult, Deps
from handlers.jobs import send_due_nudges
from handlers.turn import build_routers, take_turn
from nlu.homophones import may_name
from nlu.understand import Understander
from prompts.texts import load_texts
from storage.company import KnownName
from storage.database import Database, open_database
from storage.migrations import upgrade
from storage.outbox import OutboxQueue
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
ROUTERS = build_routers()
NOTE = "刚拜访完杭州康联，张总说下周和财务碰预算，让我发三份报价。"
KANGLIAN, DELI = "杭州康联医疗科技有限公司", "宁波德力机械有限公司"
WORK = (
    "visits",
    "node_items",
    "next_actions",
    "nudges",
    "customers",
    "contacts",
    "members",
    "dialogs",
    "changes",
)
"""Everything that a person's tap may change."""


def account(user_id: str) -> Address:
    return Address(platform="console", user_id=user_id)


def found_company(uow: UnitOfWork) -> None:
    """Two teams, four customers, a competitor and a few talk-tracks."""

    def hire(name: str, user_id: str, role: Role, *, team: str = "", boss: Member | None = None) -> Member:
        return uow.members.save(
            Member(
                id=0,
                name=name,
                role=role,
                team=team,
                supervisor_id=boss.id if boss else None,
                addresses=(account(user_id),),
            )
        )

    wangjie = hire("王姐", "wangjie", Role.SUPERVISOR, team="华东")
    chenliang = hire("陈亮", "chenliang", Role.SUPERVISOR, team="华南")
    liming = hire("李明", "liming", Role.REP, team="华东", boss=wangjie)
    hire("周倩", "zhouqian", Role.REP, team="华东", boss=wangjie)
    hire("何伟", "hewei", Role.REP, team="华南", boss=chenliang)
    hire("赵工", "zhaogong", Role.ADMIN)
    for name, aliases in (
        (KANGLIAN, ("杭州康联", "康联")),
        (DELI, ("宁波德力", "德力")),
        ("苏州恒达机械有限公司", ("苏州恒达", "恒达")),
        ("无锡恒达电气有限公司", ("无锡恒达", "恒达")),
    ):
        customer = uow.customers.save(Customer(id=0, name=name, aliases=aliases, owner_id=liming.id))
        if name == KANGLIAN:
            uow.contacts.save(Contact(id=0, customer_id=customer.id, name="张总"))
    uow.competitors.save(KnownName(name="西门子"))
    for title, signals, nodes in (
        ("嫌贵", {Signal.PRICE}, set()),
        ("要招标一", {Signal.TENDER}, {"need_clarified"}),
        ("要招标二", {Signal.TENDER}, set()),
    ):
        track = TalkTrack(
            id=0,
            scene="报价",
            title=title,
            text=f"{title}时这样说",
            signals=frozenset(signals),
            node_keys=frozenset(nodes),
        )
        uow.talk_tracks.save(track)


@contextmanager
def founded_database() -> Iterator[Database]:
    """A database in memory with the company in it."""
    with closing(open_database("sqlite://")) as database:
        upgrade(database)
        with database.unit_of_work("founding", NOW) as uow:
            found_company(uow)
        yield database


def open_deps() -> Deps:
    """The real parts that every turn needs."""
    calendar = load_calendar(NOW.year - 2, NOW.year + 3)
    return Deps(
        understand=Understander.load(calendar).understand,
        may_name=may_name,
        playbook=load_playbook(),
        calendar=calendar,
        texts=load_texts(),
        check=check_two,
    )


def check_two(_uow: object) -> Sequence[CheckResult]:
    """One part that works and one that does not."""
    return [
        CheckResult(name="数据库", passed=True),
        CheckResult(name="语音识别", passed=False, fix="装上模型"),
    ]


@contextmanager
def copy_of(database: Database, url: str = "sqlite://") -> Iterator[Database]:
    """The same database once more, in memory or in a file."""
    with closing(open_database(url)) as copy:
        with database.raw() as source, copy.raw() as target:
            driver_of(source).backup(driver_of(target))
        yield copy


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The connection below SQLAlchemy's."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


@dataclass(slots=True, kw_only=True)
class Office:
    """The bot's whole inside, without its rim; `now` is moved by hand."""

    database: Database
    deps: Deps
    now: datetime = NOW
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def say(self, who: str, words: str) -> list[Outgoing]:
        """Typed words, and what everybody is sent because of them."""
        return self.take(self.message(who, kind=Kind.TEXT, text=words))

    def speak(self, who: str, heard: str, *, problem: str = "") -> list[Outgoing]:
        """A voice note that was heard like this, or not at all."""
        voice = Voice(media_ref="v" * 64, format="amr", seconds=3.0)
        return self.take(self.message(who, kind=Kind.VOICE, text=heard, voice=voice), problem=problem)

    def send_file(self, who: str, *, kind: Kind = Kind.FILE, size: int = 12_800) -> list[Outgoing]:
        """A file or a picture."""
        file = Attachment(media_ref="f" * 64, name="确认单.pdf", media_type="application/pdf", size=size)
        return self.take(self.message(who, kind=kind, attachment=file))

    def press(self, who: str, action: str, *, card_key: str | None = None) -> list[Outgoing]:
        """A button by its action."""
        return self.take(self.message(who, kind=Kind.BUTTON, action=action, card_key=card_key))

    def tap(self, who: str, shown: list[Outgoing], label: str) -> list[Outgoing]:
        """The button of that label on the last card that has it."""
        for outgoing in reversed(shown):
            for button in outgoing.card.choices() if outgoing.card else ():
                if button.label == label:
                    return self.press(who, button.action, card_key=outgoing.key)
        raise LookupError(f"no button {label}")

    def message(self, who: str, *, kind: Kind, **content: Any) -> Incoming:
        """A message with an id of its own."""
        return Incoming(id=f"m{next(self.ids)}", sender=account(who), kind=kind, sent_at=self.now, **content)

    def take(
        self, incoming: Incoming, *, inbox_id: int | None = None, problem: str = "", deps: Deps | None = None
    ) -> list[Outgoing]:
        """One turn; everything that it sends."""
        take_turn(
            incoming,
            inbox_id=inbox_id,
            open_transaction=self.database.unit_of_work,
            routers=ROUTERS,
            deps=deps or self.deps,
            now=self.now,
            speech_problem=problem,
        )
        return self.sent()

    def tick(self) -> list[Outgoing]:
        """The scheduler's tick; what it sends."""
        send_due_nudges(open_transaction=self.database.unit_of_work, deps=self.deps, now=self.now)
        return self.sent()

    def sent(self) -> list[Outgoing]:
        """What has left since last asked, in order."""
        queue, left = OutboxQueue(self.database), []
        while claimed := queue.claim(now=self.now, lease=timedelta(minutes=1), limit=50):
            for each in claimed:
                queue.sent(each.id, message_ref=f"r{each.id}", now=self.now)
                left.append((each.id, each.outgoing))
        return [outgoing for _, outgoing in sorted(left, key=lambda pair: pair[0])]

    def wait(self, **length: float) -> None:
        """Let time pass."""
        self.now += timedelta(**length)

    def at(self, moment: str) -> None:
        """Let it be that moment of 2026: `11-20 09:00`."""
        self.now = datetime.fromisoformat(f"2026-{moment}").replace(tzinfo=SHANGHAI)

    @contextmanager
    def look(self) -> Iterator[UnitOfWork]:
        """A transaction to look around in, or to prepare something."""
        with self.database.unit_of_work("look", self.now) as uow:
            yield uow

    def records(self) -> list[VisitRecord]:
        """Every visit record, the first one first."""
        with self.look() as uow:
            ids = uow._trail.connection.execute(sql("SELECT id FROM visits ORDER BY id")).scalars().all()
            return [record for each in ids if (record := uow.visits.get(each))]

    def member(self, who: str) -> Member:
        """The member of that account."""
        with self.look() as uow:
            found = uow.members.at(account(who))
        assert found is not None
        return found

    def rows(self, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of the tables, to see that nothing changed."""
        with self.database.read() as connection:
            return {
                table: [tuple(row) for row in connection.execute(sql(f"SELECT * FROM {table}"))]
                for table in tables or WORK
            }

    def with_playbook(self, change: Callable[[Any], Any]) -> None:
        """Other rules from here on."""
        self.deps = replace(self.deps, playbook=change(self.deps.playbook))


def words(shown: list[Outgoing]) -> str:
    """All that is read in these messages."""
    return "\n".join(outgoing.as_text() for outgoing in shown)


def last_card(shown: list[Outgoing]) -> Card:
    """The newest card."""
    return next(outgoing.card for outgoing in reversed(shown) if outgoing.card)


def value_of(card: Card, label: str) -> str:
    """The value of a row."""
    return next(row.value for row in card.rows if row.label == label)
