"""Who somebody is and who leads them, out of the company's directory (contract 8)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.domain.directory import Colleague
from bot.domain.errors import PlatformError
from bot.domain.messages import Address
from bot.platforms.dingtalk.codec import PLATFORM

ROOT_DEPARTMENT = 1
"""Its managers lead the whole company; above it there is nothing."""
DEPTH = 15
"""Ours: trees are flatter, and a circle must end."""
NOT_VISIBLE: frozenset[str | int] = frozenset({33012, 40103, 50002, 50004, 60003, 60121, 400002})
"""The member or department is unknown, or outside what the application may see."""

Record = Mapping[str, Any]


class Records(Protocol):
    """The two questions that the directory answers; the channel's client asks them."""

    async def read_user(self, user_id: str) -> Record: ...
    async def read_department(self, department_id: int) -> Record: ...


class Directory:
    """Looks people up. `fallback` is the user id of who leads those that have no leader."""

    def __init__(self, records: Records, *, fallback: str = "") -> None:
        self._records = records
        self._fallback = fallback

    async def look_up(self, user_id: str) -> Colleague | None:
        """The member with the leader; None for who is not active or not visible. Raises PlatformError."""
        record = await self._read_member(user_id)
        if record is None:
            return None
        leader = await self._find_leader(record, user_id)
        return await self._describe(record, leader=await self._describe(leader) if leader else None)

    async def _find_leader(self, record: Record, user_id: str) -> Record | None:
        """The direct leader, else a manager of a department or of one above it, else the fallback."""
        if leader := await self._read_leader(_word(record.get("manager_userid")), user_id):
            return leader
        asked: set[int] = set()
        for department_id in _departments(record):
            if leader := await self._climb(department_id, record, user_id, asked=asked):
                return leader
        return await self._read_leader(self._fallback, user_id)

    async def _climb(
        self, department_id: int, record: Record, user_id: str, *, asked: set[int]
    ) -> Record | None:
        """The first manager of the department or of one above it who is somebody else."""
        led = _led_departments(record)
        for _ in range(DEPTH):
            if not department_id or department_id in asked:
                return None
            asked.add(department_id)
            department = await self._read_department(department_id)
            # Who leads a department is not led by its other managers, but by those above.
            managers = () if department_id in led else _items(department.get("dept_manager_userid_list"))
            if user_id not in map(str, managers):
                for candidate in managers:
                    if leader := await self._read_leader(_word(candidate), user_id):
                        return leader
            department_id = _whole(department.get("parent_id"))
        return None

    async def _read_leader(self, candidate: str, user_id: str) -> Record | None:
        if not candidate or candidate == user_id:
            return None
        return await self._read_member(candidate)

    async def _read_member(self, user_id: str) -> Record | None:
        try:
            record = await self._records.read_user(user_id)
        except PlatformError as error:
            if error.code in NOT_VISIBLE:
                return None
            raise
        # Who has not activated the account yet cannot be written to.
        return record if record.get("active", True) else None

    async def _read_department(self, department_id: int) -> Record:
        try:
            return await self._records.read_department(department_id)
        except PlatformError as error:
            if error.code in NOT_VISIBLE:
                return {}
            raise

    async def _describe(self, record: Record, *, leader: Colleague | None = None) -> Colleague:
        user_id = _word(record.get("userid"))
        departments = [each for each in _departments(record) if each != ROOT_DEPARTMENT]
        department = await self._read_department(departments[0]) if departments else {}
        return Colleague(
            address=Address(platform=PLATFORM, user_id=user_id),
            name=_word(record.get("name")) or user_id,
            team=_word(department.get("name")),
            leader=leader,
        )


def _departments(record: Record) -> Sequence[int]:
    return [_whole(each) for each in _items(record.get("dept_id_list"))]


def _led_departments(record: Record) -> frozenset[int]:
    return frozenset(
        _whole(each.get("dept_id"))
        for each in _items(record.get("leader_in_dept"))
        if isinstance(each, dict) and each.get("leader") in (True, "true")
    )


def _items(value: object) -> Sequence[Any]:
    """The items of a list; the documents' examples have some lists as texts."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return ()
    return value if isinstance(value, list) else ()


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else 0


def _word(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""
