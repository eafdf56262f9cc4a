"""The demo company on the fake platform: accounts, directory, and somebody whom the bot does not know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.messages import Address
from storage.database import Database
from tests.fakes.wecom_books import Books, Department, Member

EAST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody whom one can be on the page."""

    id: str
    name: str
    about: str


PERSONAS = (
    Persona(id="liming", name="李明", about="销售 · 华东"),
    Persona(id="zhouqian", name="周倩", about="销售 · 华东"),
    Persona(id="wangjie", name="王姐", about="主管 · 华东"),
    Persona(id="zhaogong", name="赵工", about="管理员"),
    Persona(id="chenxin", name="陈新", about="新同事，机器人还不认识"),
)


def open_books(now: Callable[[], datetime]) -> Books:
    """What the platform knows. Its names count on from the moment: no two starts share one."""
    members = {
        each.id: Member(
            user_id=each.id,
            name=each.name,
            departments=(1,) if each.id == "zhaogong" else (EAST,),
            direct_leader=() if each.id in ("wangjie", "zhaogong") else ("wangjie",),
        )
        for each in PERSONAS
    }
    departments = {
        1: Department(id=1, name="演示公司", parent_id=0),
        EAST: Department(id=EAST, name="华东", leaders=("wangjie",)),
    }
    return Books(now=now, members=members, departments=departments, _serial=int(now().timestamp() * 1000))


def give_accounts(database: Database, now: datetime, *, platform: str = "wecom") -> None:
    """Everybody of the demo company gets an account on the platform, under the name of the console's."""
    with database.unit_of_work("accounts", now) as uow:
        for member in uow.members.all():
            if any(address.platform == platform for address in member.addresses):
                continue
            accounts = tuple(Address(platform=platform, user_id=each.user_id) for each in member.addresses)
            uow.members.save(replace(member, addresses=accounts))
