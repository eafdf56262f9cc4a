"""Who somebody is and who leads them, out of the company's directory (documents 90196, 95351)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.domain.directory import Colleague
from bot.domain.errors import PlatformError
from bot.domain.messages import Address
from bot.platforms.wecom.inbound import PLATFORM

ACTIVE = 1
"""The status of a member who can be written to; the others are disabled, not activated, or left."""
DEPTH = 15
"""Department trees are at most so deep."""
NOT_VISIBLE = frozenset({60011, 60111, 60121, 60123, 60003, 40003, 46004})
"""The member or department is unknown, or outside what the application may see."""

Record = Mapping[str, Any]


class Records(Protocol):
    """The two questions that the directory answers; `WeComClient` asks them."""

    async def read_user(self, user_id: str) -> Record: ...
    async def read_department(self, department_id: int) -> Record: ...


class Directory:
    """Looks people up. `fallback` is the account of who leads those that have no leader."""

    def __init__(self, records: Records, *, fallback: str = "") -> None:
        self._records = records
        self._fallback = fallback

    async def look_up(self, user_id: str) -> Colleague | None:
        """The member with the leader; None for who is not active or not visible. Raises PlatformError."""
        record = await self._read_member(user_id)
        if record is None:
            return None
        leader = await self._find_leader(record, user_id.lower())
        return await self._describe(record, leader=await self._describe(leader) if leader else None)

    async def _find_leader(self, record: Record, user_id: str) -> Record | None:
        """The direct leader, else that of the department or of one above, else the fallback."""
        for candidate in _names(record, "direct_leader"):
            if leader := await self._read_leader(candidate, user_id):
                return leader
        department_id, asked = _main_department(record), set[int]()
        led = _led_departments(record)
        while department_id and department_id not in asked and len(asked) < DEPTH:
            asked.add(department_id)
            department = await self._read_department(department_id)
            # Who leads a department is not led by its other leaders, but by those above.
            for candidate in () if department_id in led else _names(department, "department_leader"):
                if leader := await self._read_leader(candidate, user_id):
                    return leader
            department_id = _whole(department.get("parentid"))
        return await self._read_leader(self._fallback, user_id)

    async def _read_leader(self, candidate: str, user_id: str) -> Record | None:
        if not candidate or candidate.lower() == user_id:
            return None
        return await self._read_member(candidate)

    async def _read_member(self, user_id: str) -> Record | None:
        try:
            record = await self._records.read_user(user_id)
        except PlatformError as error:
            if error.code in NOT_VISIBLE:
                return None
            raise
        return record if record.get("status", ACTIVE) == ACTIVE else None

    async def _read_department(self, department_id: int) -> Record:
        try:
            return await self._records.read_department(department_id)
        except PlatformError as error:
            if error.code in NOT_VISIBLE:
                return {}
            raise

    async def _describe(self, record: Record, *, leader: Colleague | None = None) -> Colleague:
        user_id, department_id = str(record.get("userid", "")).lower(), _main_department(record)
        department = await self._read_department(department_id) if department_id else {}
        return Colleague(
            address=Address(platform=PLATFORM, user_id=user_id),
            name=str(record.get("name") or user_id),
            team=str(department.get("name") or ""),
            leader=leader,
        )


def _main_department(record: Record) -> int:
    visible = _numbers(record, "department")
    main = _whole(record.get("main_department"))
    return main or (visible[0] if visible else 0)


def _led_departments(record: Record) -> frozenset[int]:
    """The departments that the member leads; the two lists run side by side."""
    pairs = zip(_numbers(record, "department"), _numbers(record, "is_leader_in_dept"), strict=False)
    return frozenset(department for department, leads in pairs if leads)


def _names(record: Record, field: str) -> Sequence[str]:
    # One page says at most one direct leader, others up to five; a lone string would be one.
    found = record.get(field) or []
    return [str(each) for each in (found if isinstance(found, list) else [found])]


def _numbers(record: Record, field: str) -> Sequence[int]:
    found = record.get(field)
    return [_whole(each) for each in found] if isinstance(found, list) else []


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
