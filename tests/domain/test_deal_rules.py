"""Which silence and standstill of a deal makes which reminder, over weekends and with changed thresholds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.calendar import SHANGHAI
from bot.domain.deal_rules import DealReminder, DealRule, DealRules, plan_deal
from bot.domain.nudges import LadderStep
from bot.domain.playbook import Playbook
from bot.domain.silence import TeamDeal
from config.calendar import load_calendar
from config.playbook import load_playbook

PLAYBOOK, CALENDAR = load_playbook(), load_calendar(2026, 2027)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def deal(stage_key: str, entered: str, *, heard: str = "", settled: frozenset[str] = frozenset()) -> TeamDeal:
    return TeamDeal(
        opportunity_id=5,
        owner_id=1,
        customer_id=1,
        customer="杭州康联",
        stage_key=stage_key,
        stage_entered_at=at(entered),
        heard_at=at(heard) if heard else None,
        settled=settled,
    )


def planned(
    found: TeamDeal, *, playbook: Playbook = PLAYBOOK, supervisor_id: int | None = 2
) -> tuple[DealReminder, ...]:
    return plan_deal(DealRules(deal=found, supervisor_id=supervisor_id, playbook=playbook, calendar=CALENDAR))


def moments(reminders: tuple[DealReminder, ...], rule: DealRule, step: LadderStep) -> list[str]:
    found = [each for each in reminders if each.rule is rule and each.step is step]
    return [f"{each.send_at:%m-%d %H:%M}" for each in found]


@pytest.mark.parametrize(
    ("entered", "first", "last"),
    [
        ("11-16 10:00", "11-17 10:00", "11-18 08:30"),  # 44 hours end at six in the morning
        ("11-16 14:00", "11-17 14:00", "11-18 10:00"),
        ("11-20 14:00", "11-23 08:30", "11-23 08:30"),  # over a weekend
        ("09-30 14:00", "10-08 08:30", "10-08 08:30"),  # over 国庆
    ],
)
def test_a_case_is_asked_for_after_a_demonstration(entered: str, first: str, last: str) -> None:
    found = planned(deal("demo", entered))
    assert moments(found, DealRule.CASE, LadderStep.REP) == [first, last]
    assert moments(found, DealRule.CASE, LadderStep.DIGEST) == []


def test_no_case_before_the_demonstration_or_once_it_was_sent() -> None:
    for other in (
        deal("negotiation", "11-16 14:00"),
        deal("demo", "11-16 14:00", settled=frozenset({"case"})),
    ):
        assert moments(planned(other), DealRule.CASE, LadderStep.REP) == []


def test_a_demonstration_long_over_reaches_the_rep_before_the_supervisor() -> None:
    found = planned(deal("demo", "11-16 14:00"))
    assert moments(found, DealRule.DWELL, LadderStep.REP) == ["11-19 14:00"]
    assert moments(found, DealRule.DWELL, LadderStep.DIGEST) == ["11-20 08:47"]


def test_silence_is_told_twice_before_the_supervisor_may_help() -> None:
    found = planned(deal("diagnosis", "11-02 09:00", heard="11-09 09:00"))
    assert moments(found, DealRule.SILENCE, LadderStep.REP) == ["11-16 08:47", "11-17 08:47"]
    assert moments(found, DealRule.SILENCE, LadderStep.DIGEST) == ["11-18 08:47"]


def test_thresholds_move_the_moments() -> None:
    changed = replace(
        PLAYBOOK, thresholds=replace(PLAYBOOK.thresholds, missed_updates=1, stale_status=timedelta(days=2))
    )
    found = planned(deal("diagnosis", "11-02 09:00", heard="11-09 08:00"), playbook=changed)
    assert moments(found, DealRule.SILENCE, LadderStep.REP)[0] == "11-11 08:47"
    assert moments(found, DealRule.SILENCE, LadderStep.DIGEST) == ["11-12 08:47"]


def test_standing_still_is_told_but_not_while_delivering() -> None:
    assert moments(planned(deal("negotiation", "11-02 09:00")), DealRule.STANDSTILL, LadderStep.REP) == [
        "11-10 08:47"
    ]
    assert moments(planned(deal("delivery", "11-02 09:00")), DealRule.STANDSTILL, LadderStep.REP) == []


def test_who_has_no_supervisor_is_told_alone() -> None:
    found = planned(deal("demo", "11-02 09:00"), supervisor_id=None)
    assert {each.step for each in found} == {LadderStep.REP}


def test_every_reminder_has_its_own_key_and_news_begin_anew() -> None:
    before, after = (
        planned(deal("demo", "11-02 09:00", heard=heard)) for heard in ("11-03 09:00", "11-09 09:00")
    )
    assert len({each.key for each in before}) == len(before)
    silence = {each.key for each in before if each.rule is DealRule.SILENCE}
    assert silence
    assert silence.isdisjoint({each.key for each in after})
    others = {each.key for each in before} - silence
    assert others <= {each.key for each in after}
