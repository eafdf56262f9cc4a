"""Cards for supervisors: live alerts, lists of silent deals, and advice on its way to and fro."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.messages import Button, Card, Option, Row, Select
from prompts.texts import Texts


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
