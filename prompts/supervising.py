"""Cards for supervisors: live alerts, lists of silent deals, and advice on its way to and fro."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.comments import Verdict
from bot.domain.messages import Button, Card, Option, Row, Select
from bot.domain.silence import TeamDeal, whole_days
from prompts.texts import Texts

LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceWar:
    """A competitor's price in a deal that is being negotiated, as one note told of it."""

    visit_id: int
    number: str
    rep: str
    customer: str
    competitor: str
    said: str

    @property
    def subject(self) -> str:
        """What advice on it is about."""
        return f"visit:{self.visit_id}"


def alert_card(war: PriceWar, *, texts: Texts) -> Card:
    """One live alert, with the way to help at once."""
    return Card(
        title=texts.say("alert.title", customer=war.customer),
        rows=(
            Row(label=texts.say("alert.rep"), value=f"{war.rep} · {war.number}"),
            Row(label=texts.label("field", "competitor"), value=war.competitor),
        ),
        quote=war.said or None,
        buttons=(
            Button(
                label=texts.say("team.comment_button"), action=f"team.comment:{war.subject}", primary=True
            ),
            Button(label=texts.say("team.seen_button"), action="team.seen"),
        ),
        note=texts.say("alert.note", rep=war.rep),
    )


def alerts_card(wars: Sequence[PriceWar], *, texts: Texts) -> Card:
    """Several live alerts as one message."""
    options = tuple(Option(label=f"{war.customer} · {war.rep}", value=war.subject) for war in wars)
    return Card(
        title=texts.say("alert.several", count=len(wars)),
        rows=tuple(alert_row(war, texts=texts) for war in wars),
        selects=(Select(label=texts.say("team.pick"), action="team.comment:", options=options),),
    )


def alert_row(war: PriceWar, *, texts: Texts) -> Row:
    """A live alert as a line of the digest."""
    value = texts.say("alert.line", competitor=war.competitor, said=war.said)
    return Row(label=texts.say("alert.label", rep=war.rep, customer=war.customer), value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionLine:
    """The objections of one record: which signals, and the words of each."""

    visit_id: int
    rep: str
    customer: str
    signals: tuple[str, ...]
    said: tuple[str, ...]


def deals_card(
    deals: Sequence[TeamDeal],
    *,
    title: str,
    reps: Mapping[int, str],
    stages: Mapping[str, str],
    stalled: bool,
    texts: Texts,
    now: datetime,
) -> Card:
    """A list of deals, each with its days, stage and the customer's last words; opening one gives advice."""
    rows, options = [], []
    for number, deal in enumerate(deals[:LISTED], 1):
        rep = reps.get(deal.owner_id, "")
        days = whole_days(deal.stage_entered_at if stalled else deal.silent_since, now)
        value = texts.say("lists.line", days=days, stage=stages.get(deal.stage_key, deal.stage_key))
        if deal.quote:
            value = texts.say("lists.line_quoted", line=value, quote=deal.quote)
        rows.append(Row(label=f"{number} {deal.customer} · {rep}", value=value))
        options.append(Option(label=f"{deal.customer} · {rep}", value=f"deal:{deal.opportunity_id}"))
    more = len(deals) - len(rows)
    return Card(
        title=title,
        rows=tuple(rows),
        selects=(Select(label=texts.say("team.pick"), action="team.comment:", options=tuple(options)),),
        note=texts.say("lists.more", count=more) if more > 0 else None,
    )


def objections_card(lines: Sequence[ObjectionLine], *, title: str, texts: Texts) -> Card:
    """Objections, a line for each record; opening one shows the record."""
    shown = lines[:LISTED]
    more = len(lines) - len(shown)
    rows = tuple(
        Row(
            label=f"{number} {line.customer} · {line.rep}",
            value=texts.say(
                "lists.objection",
                signals=texts.say("visit.and").join(texts.label("signal", each) for each in line.signals),
                said="".join(f"「{each}」" for each in line.said),
            ),
        )
        for number, line in enumerate(shown, 1)
    )
    options = tuple(
        Option(label=f"{line.customer} · V{line.visit_id}", value=str(line.visit_id)) for line in shown
    )
    return Card(
        title=title,
        rows=rows,
        selects=(Select(label=texts.say("lists.pick_record"), action="team.record:", options=options),),
        note=texts.say("lists.more", count=more) if more > 0 else None,
    )


def advice_card(comment_id: int, *, title: str, ask: str, words: str, texts: Texts) -> Card:
    """Advice as it reaches the rep: what it is about, the words, and the two answers."""
    return Card(
        title=title,
        rows=(Row(label=texts.say("node.ask"), value=ask),) if ask else (),
        quote=words,
        buttons=(
            Button(label=texts.say("advice.adopt"), action=f"advice.adopt:{comment_id}", primary=True),
            Button(label=texts.say("advice.decline"), action=f"advice.decline:{comment_id}"),
        ),
    )


def verdict_card(name: str, verdict: Verdict, *, words: str, texts: Texts) -> Card:
    """What became of a piece of advice, for whoever gave it."""
    return Card(title=texts.say(f"advice.{verdict}", name=name), quote=words)


def response_card(*, written: int, hours: Sequence[float], adopted: int, answered: int, texts: Texts) -> Card:
    """A supervisor's own figures, which nobody else sees."""
    if not written:
        return Card(title=texts.say("response.none"))
    rows = [Row(label=texts.say("response.written"), value=texts.say("response.count", count=written))]
    if hours:
        mean = round(sum(hours) / len(hours), 1)
        value = texts.say("response.hours", hours=mean, count=len(hours))
        rows.append(Row(label=texts.say("response.mean"), value=value))
    if answered:
        value = texts.say("response.of", part=adopted, whole=answered)
        rows.append(Row(label=texts.say("response.adopted"), value=value))
    return Card(title=texts.say("response.title"), rows=tuple(rows), note=texts.say("response.note"))
