"""What admins see of the running program by chat."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import Figure
from tests.handlers.office import Office, words


def test_state_shows_the_figures_to_admins(office: Office) -> None:
    office.deps = replace(office.deps, measure=lambda: [Figure(name="钉钉接口调用", value="3 / 20（15%）")])
    assert "钉钉接口调用：3 / 20（15%）" in words(office.say("zhaogong", "状态"))
    assert "钉钉接口调用" in words(office.say("zhaogong", "/状态"))


def test_state_is_not_for_reps(office: Office) -> None:
    office.deps = replace(office.deps, measure=lambda: [Figure(name="钉钉接口调用", value="3")])
    assert "钉钉接口调用" not in words(office.say("liming", "/状态"))
