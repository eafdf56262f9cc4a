"""The leader is who the directory names, else the nearest manager above who can be written to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.errors import PlatformError
from bot.platforms.dingtalk.people import Directory


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
            raise PlatformError("unknown", code=60121, permanent=True)
        return {"userid": user_id, "name": f"n-{user_id}", "active": True, **self.users[user_id]}

    async def read_department(self, department_id: int) -> Mapping[str, Any]:
        if department_id not in self.departments:
            raise PlatformError("not visible", code=60003, permanent=True)
        return {"dept_id": department_id, **self.departments[department_id]}


def book(**lina: Any) -> Book:
    return Book(
        users={
            "lina": {"dept_id_list": [12, 7], **lina},
            "wangq": {"dept_id_list": [12], "leader_in_dept": [{"dept_id": 12, "leader": True}]},
            "boss": {"dept_id_list": [1]},
            "asleep": {"active": False},
            "zhou": {},
        },
        departments={
            12: {"name": "大客户部", "dept_manager_userid_list": ["wangq"], "parent_id": 3},
            7: {"name": "项目组", "dept_manager_userid_list": ["zhou"], "parent_id": 1},
            3: {"name": "销售中心", "dept_manager_userid_list": ["asleep", "gone"], "parent_id": 1},
            1: {"name": "公司", "dept_manager_userid_list": ["boss"], "parent_id": 1},
        },
    )


@pytest.mark.parametrize(
    ("lina", "leader"),
    [
        ({"manager_userid": "boss"}, "boss"),
        ({}, "wangq"),
        ({"manager_userid": "gone"}, "wangq"),
        ({"manager_userid": "asleep"}, "wangq"),
        ({"manager_userid": "lina"}, "wangq"),
        ({"manager_userid": None, "dept_id_list": json.dumps([12])}, "wangq"),
        ({"dept_id_list": [99, 7]}, "zhou"),
        ({"dept_id_list": [3]}, "boss"),
        ({"dept_id_list": [12], "leader_in_dept": [{"dept_id": 12, "leader": True}]}, "boss"),
        ({"dept_id_list": []}, "safety"),
        ({"dept_id_list": "nonsense"}, "safety"),
    ],
)
async def test_leader_is_the_nearest_who_can_be_written_to(lina: dict[str, Any], leader: str) -> None:
    records = book(**lina)
    records.users["safety"] = {}
    found = await Directory(records, fallback="safety").look_up("lina")
    assert found is not None
    assert found.leader is not None
    assert found.leader.address.user_id == leader


async def test_nobody_leads_who_leads_the_whole_company() -> None:
    found = await Directory(book()).look_up("boss")
    assert found is not None
    assert found.leader is None


async def test_the_first_department_is_the_team() -> None:
    found = await Directory(book()).look_up("lina")
    assert found is not None
    assert (found.name, found.team, str(found.address)) == ("n-lina", "大客户部", "dingtalk:lina")


@pytest.mark.parametrize("user_id", ["nobody", "asleep"])
async def test_strangers_are_nobody(user_id: str) -> None:
    assert await Directory(book()).look_up(user_id) is None


async def test_departments_in_a_circle_end() -> None:
    records = book(dept_id_list=[3])
    records.departments[1] = {"name": "公司", "dept_manager_userid_list": [], "parent_id": 3}
    found = await Directory(records).look_up("lina")
    assert found is not None
    assert found.leader is None


async def test_a_directory_that_does_not_answer_says_so() -> None:
    records = book()
    records.broken = True
    with pytest.raises(PlatformError):
        await Directory(records).look_up("lina")
