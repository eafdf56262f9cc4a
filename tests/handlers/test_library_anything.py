"""Whatever is typed after the library's commands: it never crashes, and never acts without rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.messages import Kind
from handlers.context import Deps
from storage.database import Database
from tests.handlers.office import Office, copy_of

LIBRARY = ("talk_tracks", "triggers", "talk_track_packs", "track_imports", "changes")
COMMANDS = (
    "/话术 新增",
    "/话术 改",
    "/话术 改 1",
    "/话术 历史",
    "/话术 对比",
    "/话术 对比 1",
    "/话术 回滚",
    "/话术 回滚 1",
    "/话术 停用",
    "/话术 启用",
    "/话术 搜",
    "/话术 内置",
    "/话术包 新增",
    "/话术包 停用",
    "/触发",
    "/触发 太贵 →",
    "/触发 删",
)
BUTTONS = (
    "library.publish",
    "library.review",
    "library.edit",
    "library.drop",
    "library.look",
    "library.approve",
    "library.return",
    "library.retire",
    "library.show",
    "library.import",
    "library.import_drop",
    "library.import_withdraw",
    "library.trigger_drop",
    "tracks.scene",
    "tracks.pack",
    "tracks.rate",
    "tracks.more",
)
PIECES = st.sampled_from(
    [
        "嫌贵",
        "1",
        "v1",
        "#1",
        "/",
        "／",
        "\n",
        "→",
        "：",
        "标题：",
        "到期：",
        "{客户}",
        "{",
        "}",
        "%s",
        "' OR 1=1",
        "@华东",
        "、",
        "\x00",
        "𝟙",
        "😀",
        " ",
    ]
)
ANYTHING = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))
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

    check()


def test_a_rep_changes_nothing_by_words(shared: Office) -> None:
    @SWIFT
    @given(command=st.sampled_from(COMMANDS), rest=ANYTHING, gap=st.sampled_from([" ", "\n", "\u3000"]))
    def check(command: str, rest: str, gap: str) -> None:
        before = shared.rows(*LIBRARY[:4])
        shared.say("liming", f"{command}{gap}{rest}")
        assert shared.rows(*LIBRARY[:4]) == before

    check()


def test_a_rep_changes_nothing_by_taps(shared: Office) -> None:
    @SWIFT
    @given(name=st.sampled_from(BUTTONS), argument=st.one_of(ANYTHING, st.sampled_from(["1", "=1", "2=yes"])))
    def check(name: str, argument: str) -> None:
        before = shared.rows(*LIBRARY)
        shared.take(shared.message("liming", kind=Kind.BUTTON, action=f"{name}:{argument}"))
        assert shared.rows(*LIBRARY) == before

    check()
