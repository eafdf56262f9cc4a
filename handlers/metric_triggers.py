"""Metric triggers: read from an admin's words, judged each morning, and what they bring to a rep."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.calendar import SHANGHAI
from bot.domain.errors import Refusal
from bot.domain.leads import Lead
from bot.domain.messages import Button, Card
from bot.domain.metric_rules import LOOK_BACK, Metric, MetricRule, daily_first_contact, plan_pack
from bot.domain.nudges import Nudge, Subject
from bot.domain.people import Member, Role
from bot.domain.talk_tracks import TalkTrack
from bot.domain.track_pushes import QUIET_FOR, TrackPush
from bot.domain.triggers import OFFERED, Trigger, TriggerKind, tracks_of
from handlers.context import Deps
from handlers.ports import UnitOfWork
from prompts.texts import Texts

IS_METRIC = re.compile(r"[<>＜＞≥≤]")
_RULE = re.compile(r"([^<>≥≤]+)(?:>=?|≥)(\d+(?:\.\d+)?)([^\d,]+)(?:,?([^\d,]*)(\d+)(\D+))?")
_MINUTES = {"m": 1, "h": 60}


def read_metric(texts: Texts, said: str) -> MetricRule:
    """「首次联系>15分钟 连续3天」; raises Refusal with an example for anything else."""
    plain = "".join(unicodedata.normalize("NFKC", said).split())
    found = _RULE.fullmatch(plain)
    if found is None:
        raise Refusal("library.metric.how")
    name, number, unit_word, streak, days, day_word = found.groups()
    for word in texts.label("metric_words", "streak").split() if days and not streak else ():
        if unit_word.endswith(word):
            unit_word, streak = unit_word.removesuffix(word), word
    metric = next((each for each in Metric if name in texts.label("metric", each).split()), None)
    units = {
        word: key for key in texts.keys_of("unit_also") for word in texts.label("unit_also", key).split()
    }
    unit = texts.key_of("unit", unit_word) or units.get(unit_word, unit_word)
    sounds = days is None or (
        streak in texts.label("metric_words", "streak").split()
        and day_word in texts.label("metric_words", "day").split()
    )
    if metric is None or unit not in _MINUTES or not sounds or len(number) > 6 or len(days or "") > 3:
        raise Refusal("library.metric.how")
    over = timedelta(minutes=round(float(number) * _MINUTES[unit]))
    try:
        return MetricRule(metric=metric, over=over, days=int(days or 1))
    except ValueError:
        raise Refusal("library.metric.how") from None


def metric_text(texts: Texts, value: str) -> str:
    """「首次联系超过 15 分钟，连续 3 天」."""
    rule = MetricRule.parse(value)
    name = texts.label("metric", rule.metric).split()[0]
    return texts.say("library.metric.said", metric=name, minutes=rule.minutes, days=rule.days)


def plan_packs(uow: UnitOfWork, deps: Deps, *, now: datetime) -> int:
    """Plan what the measures of the past days call for today; how many are new.

    Nobody gets the same within 7 days, and nothing on a day off.
    """
    triggers = [each for each in uow.triggers.active() if each.kind is TriggerKind.METRIC]
    if not triggers or not deps.calendar.is_workday(now.astimezone(SHANGHAI).date()):
        return 0
    reps = [each for each in uow.members.all() if each.active and each.role is Role.REP]
    given: dict[int, list[Lead]] = {}
    for lead in uow.leads.allotted_since(now - LOOK_BACK, [each.id for each in reps]):
        given.setdefault(lead.member_id or 0, []).append(lead)
    manners, planned = deps.playbook.manners, 0
    for rep in reps:
        leads = given.get(rep.id, [])
        values = daily_first_contact(leads, now=now, manners=manners, calendar=deps.calendar)
        for trigger in triggers:
            if _calls(uow, trigger, rep, values, now=now):
                planned += uow.nudges.plan(plan_pack(trigger.id, rep.id, now=now, manners=manners))
    return planned


def _calls(
    uow: UnitOfWork, trigger: Trigger, rep: Member, values: Sequence[timedelta], *, now: datetime
) -> bool:
    since = now - QUIET_FOR
    return (
        trigger.team in ("", rep.team)
        and MetricRule.parse(trigger.value).holds(values)
        and trigger.source not in uow.track_pushes.sources_since(rep.id, None, since=since, but="")
        and not uow.nudges.planned_since(Subject.PACK, trigger.id, rep.id, since=since)
    )


def pack_card(
    uow: UnitOfWork, deps: Deps, member: Member, nudges: Sequence[Nudge], *, now: datetime
) -> Card | None:
    """At most three titles, each opened by one tap; None where nothing of it is in use any more."""
    packs = {pack.id: pack for pack in uow.packs.active()}
    today = now.astimezone(SHANGHAI).date()
    buttons: list[Button] = []
    for trigger in filter(None, (uow.triggers.get(nudge.subject_id) for nudge in nudges)):
        ids = tracks_of(trigger, packs) if trigger.active else ()
        tracks = [
            track
            for track in (uow.talk_tracks.of_ids(ids) if ids else ())
            if track.is_live(today) and track.fits(member)
        ]
        for track in tracks[: OFFERED - len(buttons)]:
            buttons.append(_title(uow, deps, member, trigger, track, now=now))
    if not buttons:
        return None
    texts = deps.texts
    title, note = texts.say("library.metric.title"), texts.say("library.metric.note")
    return Card(title=title, buttons=tuple(buttons), note=note, settled=True)


def _title(
    uow: UnitOfWork, deps: Deps, member: Member, trigger: Trigger, track: TalkTrack, *, now: datetime
) -> Button:
    push = uow.track_pushes.offer(
        TrackPush(
            id=0,
            track_id=track.id,
            member_id=member.id,
            occasion=f"metric:{trigger.id}:{now.astimezone(SHANGHAI).date().isoformat()}",
            source=trigger.source,
            pushed_at=now,
        )
    )
    return Button(label=deps.texts.say("tracks.title", title=track.title), action=f"tracks.open:{push.id}")
