"""Who may read whose records."""

from __future__ import annotations

import pytest

from bot.domain.messages import Address
from bot.domain.people import Member, Role

LIMING = Member(id=1, name="李明", role=Role.REP, team="华东", supervisor_id=3)
ZHOUQIAN = Member(id=2, name="周倩", role=Role.REP, team="华东", supervisor_id=3)
WANGJIE = Member(id=3, name="王姐", role=Role.SUPERVISOR, team="华东")
ZHAOGONG = Member(id=4, name="赵工", role=Role.ADMIN)
HEWEI = Member(id=5, name="何伟", role=Role.REP, team="华南", supervisor_id=6)
CHENLIANG = Member(id=6, name="陈亮", role=Role.SUPERVISOR, team="华南")
LOST = Member(id=7, name="无队", role=Role.REP)
TEAMLESS = Member(id=8, name="无队主管", role=Role.SUPERVISOR)
LENT = Member(id=9, name="借调", role=Role.REP, team="华南", supervisor_id=3)


@pytest.mark.parametrize(
    ("reader", "other", "seen"),
    [
        (LIMING, LIMING, True),
        (LIMING, ZHOUQIAN, False),  # a colleague of the same team
        (LIMING, WANGJIE, False),
        (WANGJIE, LIMING, True),
        (WANGJIE, WANGJIE, True),
        (WANGJIE, HEWEI, False),  # another team's
        (WANGJIE, LENT, True),  # hers, though of another team
        (CHENLIANG, LENT, True),  # of his team, though hers
        (CHENLIANG, LIMING, False),
        (TEAMLESS, LOST, False),  # no team is no common team
        (ZHAOGONG, LIMING, True),
        (ZHAOGONG, CHENLIANG, True),
        (WANGJIE, ZHAOGONG, False),
    ],
)
def test_own_records_own_team_or_all(reader: Member, other: Member, *, seen: bool) -> None:
    assert reader.may_see(other) is seen


def test_the_first_account_is_written_to() -> None:
    first, second = (Address(platform=name, user_id="liming") for name in ("console", "wecom"))
    assert Member(id=1, name="李明", role=Role.REP, addresses=(first, second)).address == first
    assert LIMING.address is None
