"""The demo company on the fake platform, and somebody of another company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.fakes.dingtalk_books import Books, Department, Person
from tests.fakes.dingtalk_messages import ROOM
from tests.fakes.wecom_page.people import PERSONAS as COLLEAGUES
from tests.fakes.wecom_page.people import Persona

EAST = 12
GUEST = "guest"
PERSONAS = (*COLLEAGUES, Persona(id=GUEST, name="客户小吴", about="外部联系人，没有本公司账号"))


def open_books(now: Callable[[], datetime]) -> Books:
    """What the platform knows. Its names count on from the moment: no two starts share one."""
    books = Books(now=now, number=int(now().timestamp() * 1000), groups={ROOM})
    books.departments |= {
        1: Department(name="演示公司"),
        EAST: Department(name="华东", parent=1, managers=("wangjie",)),
    }
    for each in COLLEAGUES:
        is_admin = each.id == "zhaogong"
        books.people[each.id] = Person(
            user_id=each.id,
            name=each.name,
            manager="" if is_admin or each.id == "wangjie" else "wangjie",
            departments=(1,) if is_admin else (EAST,),
        )
    return books
