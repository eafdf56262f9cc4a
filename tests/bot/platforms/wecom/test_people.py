"""The leader is the nearest person above who can be written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.errors import PlatformError
from bot.platforms.wecom.people import Directory


@dataclass(slots=True, kw_only=True)
class Book:
    """A small company's records."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    departments: dict[int, dict[str, Any]] = field(default_factory=dict)
    broken: bool = False

    async def read_user(self, user_id: str) -> Mapping[str, Any]:
        if self.broken:
            raise PlatformError("busy", code=-1)
        if user_id not in self.users:
            raise PlatformError("unknown", code=60111, permanent=True)
        return {"userid": user_id.upper(), "name": f"n-{user_id}", "status": 1, **self.users[user_id]}

    async def read_department(self, department_id: int) -> Mapping[str, Any]:
        if department_id not in self.departments:
            raise PlatformError("not visible", code=60123, permanent=True)
        return {"id": department_id, **self.departments[department_id]}


def book(**lina: Any) -> Book:
    return Book(
        users={
            "lina": {"department": [12, 7], "main_department": 12, "direct_leader": [], **lina},
            "wangq": {"department": [12], "main_department": 12},
            "boss": {"department": [1], "main_department": 1},
            "gone": {"status": 5},
            "zhao": {"status": 2},
            "safety": {},
        },
        departments={
            12: {"name": "大客户部", "department_leader": ["wangq"], "parentid": 3},
            3: {"name": "销售中心", "department_leader": ["gone"], "parentid": 1},
            1: {"name": "公司", "department_leader": ["boss"], "parentid": 0},
        },
    )


@pytest.mark.parametrize(
    ("lina", "leader"),
    [
        ({"direct_leader": ["boss"]}, "boss"),
        ({"direct_leader": "boss"}, "boss"),
        ({"direct_leader": ["gone", "boss"]}, "boss"),
        ({"direct_leader": ["lina"]}, "wangq"),
        ({"direct_leader": ["hidden"]}, "wangq"),
        ({}, "wangq"),
        ({"main_department": 3}, "boss"),
        ({"main_department": None}, "wangq"),
        ({"is_leader_in_dept": [1, 0]}, "boss"),
        ({"main_department": 99}, "safety"),
        ({"main_department": None, "department": []}, "safety"),
    ],
    ids=[
        "direct", "one-string", "left", "self", "hidden", "department", "climbs", "first-department",
        "leads-it-herself", "invisible-department", "nowhere",
    ],
)  # fmt: skip
async def test_leader(lina: dict[str, Any], leader: str) -> None:
    found = await Directory(book(**lina), fallback="safety").look_up("lina")
    assert found is not None
    assert found.leader is not None
    assert found.leader.address.user_id == leader


async def test_colleague_has_name_team_and_an_account_in_small_letters() -> None:
    found = await Directory(book()).look_up("lina")
    assert found is not None
    assert (str(found.address), found.name, found.team) == ("wecom:lina", "n-lina", "大客户部")
    assert found.leader is not None
    assert found.leader.team == "大客户部"


async def test_nobody_leads_where_nobody_can_be_reached() -> None:
    lonely = book()
    lonely.departments = {12: {"name": "x", "department_leader": ["zhao"], "parentid": 12}}
    found = await Directory(lonely, fallback="lina").look_up("lina")
    assert found is not None
    assert found.leader is None


@pytest.mark.parametrize("user_id", ["gone", "zhao", "hidden"])
async def test_who_left_or_cannot_be_seen_is_nobody(user_id: str) -> None:
    assert await Directory(book()).look_up(user_id) is None


async def test_failure_is_not_taken_for_an_answer() -> None:
    broken = book()
    broken.broken = True
    with pytest.raises(PlatformError):
        await Directory(broken).look_up("lina")
