"""Cards of data freshness: a rep's own, and a team's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.freshness import Sample, Staleness, median_minutes
from bot.domain.messages import Button, Card, Row
from prompts.texts import Texts

SHOWN_CUSTOMERS = 5


def own_card(sample: Sample, *, silent: Mapping[Staleness, Sequence[str]], goal: int, texts: Texts) -> Card:
    """How long ago one's last valid update was, and which customers have been silent; `goal` in minutes."""
    fresh = sample.minutes is not None and sample.minutes <= goal
    rows = [
        Row(label="☀️", value=texts.say("freshness.good" if fresh else "freshness.next")),
        Row(label=texts.say("freshness.last"), value=hours_text(sample.minutes, texts)),
    ]
    rows += [
        Row(label=texts.label("staleness", step), value=_names(silent[step], texts))
        for step in Staleness
        if step in silent
    ]
    return Card(
        title=texts.say("freshness.title"),
        rows=tuple(rows),
        buttons=(Button(label=texts.say("visit.button.today"), action="day.show"),),
        note=texts.say("freshness.note"),
        settled=True,
    )


def team_card(
    members: Sequence[tuple[str, Sample]],
    *,
    medians: Sequence[tuple[date, int | None]],
    goal: int,
    texts: Texts,
) -> Card:
    """The team's median now and at the end of the last workdays, then each rep, the freshest first."""
    now = median_minutes(sample for _, sample in members)
    rows = [Row(label=texts.say("freshness.median"), value=hours_text(now, texts))]
    if medians:
        days = " · ".join(
            texts.say("freshness.day", day=texts.day(day), hours=hours_text(minutes, texts))
            for day, minutes in medians
        )
        rows.append(Row(label=texts.say("freshness.sampled"), value=days))
    ordered = sorted(members, key=lambda each: (each[1].minutes is None, each[1].minutes or 0))
    rows += [Row(label=name, value=hours_text(sample.minutes, texts)) for name, sample in ordered]
    note = texts.say("freshness.goal", hours=f"{goal / 60:.1f}")
    return Card(title=texts.say("freshness.team_title"), rows=tuple(rows), note=note)


def hours_text(minutes: int | None, texts: Texts) -> str:
    """「1.5 个工作小时」, or that there is none yet."""
    if minutes is None:
        return texts.say("freshness.never")
    return texts.say("freshness.hours", hours=f"{minutes / 60:.1f}")


def _names(names: Sequence[str], texts: Texts) -> str:
    shown = texts.say("visit.and").join(names[:SHOWN_CUSTOMERS])
    more = len(names) - SHOWN_CUSTOMERS
    return texts.say("freshness.and_more", names=shown, count=len(names)) if more > 0 else shown
