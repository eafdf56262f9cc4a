"""Whatever is typed after admins' commands: it never crashes, and never acts or tells without rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.messages import Kind
from handlers.context import Deps
from storage.database import Database
from tests.handlers.office import WORK, Office, copy_of, words

GUARDED = ("members", "customers", "overrides", "track_imports", "accounts")
COMMANDS = (
    "/上级",
    "/主管",
    "/角色",
    "/团队",
    "/停用",
    "/启用",
    "/添加",
    "/别名",
    "/导入",
    "/撤回导入",
    "/审计",
    "/模拟",
    "/阈值",
    "/管理员",
    "/话书",
    "/",
)
BUTTONS = (
    "audit.more",
    "help.say",
    "help.more",
    "library.file",
    "library.import_all",
    "library.import_withdraw",
)
PIECES = st.sampled_from(
    [
        "李明",
        "王姐",
        "赵工",
        "周倩",
        "主管",
        "管理员",
        "销售",
        "华东",
        "康联",
        "话术#1",
        "阈值",
        "拒绝",
        "停滞",
        "7天",
        "console:liming",
        "wecom:x",
        " = ",
        " ",
        "\n",
        "#",
        "9" * 30,
        "{name}",
        "%s",
        "' OR 1=1",
        "张总说太贵了",
        "𝟙",
        "😀",
    ]
)
ANYTHING = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=6).map(" ".join))
SWIFT = settings(max_examples=60, deadline=None)


@pytest.fixture
def shared(deps: Deps, founded: Database) -> Iterator[Office]:
    """One office for all examples of a test."""
    with copy_of(founded) as database:
        yield Office(database=database, deps=deps)


def test_an_admin_is_always_answered(shared: Office) -> None:
    @SWIFT
    @given(command=st.sampled_from(COMMANDS), rest=ANYTHING)
    def check(command: str, rest: str) -> None:
        assert shared.say("zhaogong", f"{command} {rest}")
        with shared.look() as uow:
            assert [each for each in uow.members.all() if each.active and each.role == "admin"]

    check()


def test_a_rep_changes_and_learns_nothing_by_words(shared: Office) -> None:
    before = shared.rows(*GUARDED)

    @SWIFT
    @given(command=st.sampled_from(COMMANDS), rest=ANYTHING, gap=st.sampled_from([" ", "\n", "\u3000"]))
    def check(command: str, rest: str, gap: str) -> None:
        told = words(shared.say("liming", f"{command}{gap}{rest}"))
        assert "chenliang" not in told
        assert shared.rows(*GUARDED) == before

    check()


def test_a_rep_changes_nothing_by_taps(shared: Office) -> None:
    before = shared.rows(*GUARDED)

    @SWIFT
    @given(
        name=st.sampled_from(BUTTONS),
        argument=st.one_of(ANYTHING, st.sampled_from(["9/李明", "/停用 周倩", "/角色 李明 管理员", "1"])),
    )
    def check(name: str, argument: str) -> None:
        told = words(shared.take(shared.message("liming", kind=Kind.BUTTON, action=f"{name}:{argument}")))
        assert "改动记录" not in told
        assert shared.rows(*GUARDED) == before

    check()


def test_a_simulation_leaves_no_trace(shared: Office) -> None:
    before = shared.rows(*WORK, "track_pushes", "triggers")
    notes = st.lists(
        st.sampled_from(
            [
                "刚拜访完杭州康联，",
                "张总说太贵了，",
                "西门子更便宜，",
                "让我下周三前发三份报价。",
                "还去了宁波德力，",
                "要招标，",
                "合同发过去了，",
                "恒达的李总想试用",
            ]
        ),
        min_size=1,
        max_size=6,
    )

    @SWIFT
    @given(note=notes.map("".join))
    def check(note: str) -> None:
        assert "什么都没有保存" in words(shared.say("zhaogong", f"/模拟 {note}"))
        assert shared.rows(*WORK, "track_pushes", "triggers") == before

    check()
