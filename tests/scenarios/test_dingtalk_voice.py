"""Voice notes over DingTalk, heard by ourselves: without the platform's words, and instead of them."""

from __future__ import annotations

import pytest

from bot.console_ports import ShippedSamples
from bot.story import flat
from config.settings import Settings
from nlu.understand import Understander
from storage.database import Database
from tests.scenarios.dingtalk_office import Office, opened

pytestmark = [pytest.mark.heavy, pytest.mark.usefixtures("weights_dir")]

WAIT = 120.0


async def hear(office: Office, *, recognition: str | None) -> str:
    """What the card of a shipped note about 杭州康联 says; it is saved by a tap."""
    liming = office.phone("liming")
    await liming.speak(ShippedSamples().audio("01"), name="note.amr", recognition=recognition)
    early = await liming.wait_for(lambda shown: "正在听" in flat(shown))
    draft = await liming.wait_for(lambda shown: "确认" in shown.get("taps", {}), seconds=WAIT)
    # The card is there before what it replaces is taken back.
    await office.parts.settled()
    assert early["sent"].recalled
    await liming.press(draft, "确认")
    await liming.wait_for(lambda shown: "已保存" in flat(shown))
    assert office.saved() == 1
    return flat(draft)


@pytest.mark.parametrize("recognition", [None, ""])
async def test_a_note_without_words_is_downloaded_and_heard_here(
    office: Office, recognition: str | None
) -> None:
    assert "杭州康联" in await hear(office, recognition=recognition)
    assert office.server.calls["v1.0/robot/messageFiles/download"] == 1


async def test_a_company_may_trust_its_own_recogniser_more(
    settings: Settings, dingtalk_company: Database, understander: Understander
) -> None:
    opening = opened(settings, dingtalk_company, understander, dingtalk_own_recogniser=True)
    async with opening as office:
        assert "杭州康联" in await hear(office, recognition="杭州扛连，张总让我明天去喝茶")
