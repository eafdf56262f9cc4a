"""Cards of leads: to the rep with the timer, to whoever passes one on, to the supervisor who may help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.leads import Lead
from bot.domain.messages import Button, Card, Option, Row, Select
from bot.domain.people import Member
from prompts.texts import Texts

LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadLine:
    """A lead with its rep's name, empty where nobody has it, and how long it has waited in working time."""

    lead: Lead
    rep: str
    waited: timedelta


def lead_rows(lead: Lead, *, texts: Texts) -> tuple[Row, ...]:
    """What is known of it."""
    values = {
        "contact": " ".join(filter(None, (lead.contact, lead.phone))),
        "region": lead.region,
        "product": lead.product,
        "said": lead.note,
    }
    return tuple(
        Row(label=texts.label("lead_field", key), value=value) for key, value in values.items() if value
    )


def lead_card(lead: Lead, *, texts: Texts, now: datetime, passed_by: str = "", again: bool = False) -> Card:
    """The rep's card: until when somebody waits, 「已联系」 and 「转给…」."""
    title = texts.say("lead.again" if again else "lead.title", company=lead.company)
    rows = list(lead_rows(lead, texts=texts))
    if not again:
        due = texts.moment(lead.due_at, now=now)
        rows.insert(0, Row(label=texts.say("lead.due"), value=texts.say("lead.due_value", due=due)))
    if passed_by:
        rows.append(Row(label=texts.say("lead.from"), value=passed_by))
    buttons = (
        Button(label=texts.say("lead.button.contacted"), action=f"lead.contacted:{lead.id}", primary=True),
        Button(label=texts.say("lead.button.pass"), action=f"lead.pass:{lead.id}"),
    )
    return Card(title=title, rows=tuple(rows), buttons=buttons, note=texts.say("lead.note"))


def contacted_card(
    lead: Lead, *, took: timedelta, buttons: Sequence[Button], in_time: bool, texts: Texts
) -> Card:
    """What was done, how fast, and the customer that it becomes."""
    took_row = Row(label=texts.say("lead.took"), value=length_text(took, texts=texts))
    return Card(
        title=texts.say("lead.contacted", company=lead.company),
        rows=(took_row, *lead_rows(lead, texts=texts)),
        buttons=tuple(buttons),
        note=texts.say("lead.fast" if in_time else "lead.good"),
        settled=True,
    )


def pass_card(lead: Lead, people: Sequence[Member], *, texts: Texts) -> Card:
    """「转给…」: to whom?"""
    options = tuple(
        Option(label=" ".join(filter(None, (each.name, each.team))), value=str(each.id)) for each in people
    )
    select = Select(label=texts.say("lead.pick"), action=f"lead.give:{lead.id}", options=options)
    return Card(title=texts.say("lead.pass", company=lead.company), selects=(select,))


def waiting_card(lines: Sequence[LeadLine], *, texts: Texts, again: bool) -> Card:
    """To a supervisor: leads that wait for their first contact, an offer to help."""
    if len(lines) > 1:
        return leads_card(lines, title=texts.say("lead.waiting_several", count=len(lines)), texts=texts)
    [line] = lines
    key = "lead.waiting_again" if again else "lead.waiting"
    title = texts.say(key, rep=line.rep, company=line.lead.company)
    waited = Row(label=texts.say("lead.waited"), value=length_text(line.waited, texts=texts))
    buttons = (
        Button(label=texts.say("lead.button.pass"), action=f"lead.pass:{line.lead.id}"),
        Button(label=texts.say("team.seen_button"), action="team.seen"),
    )
    rows = (waited, *lead_rows(line.lead, texts=texts))
    return Card(title=title, rows=rows, buttons=buttons, note=texts.say("lead.waiting_note", rep=line.rep))


def leads_card(
    lines: Sequence[LeadLine], *, title: str, texts: Texts, head: Sequence[Row] = (), note: str = ""
) -> Card:
    """A list of leads; opening one shows its card."""
    shown = lines[:LISTED]
    rows = tuple(lead_row(line, texts=texts, number=number) for number, line in enumerate(shown, 1))
    options = tuple(Option(label=line.lead.company, value=str(line.lead.id)) for line in shown)
    select = Select(label=texts.say("lead.open"), action="lead.open:", options=options)
    more = len(lines) - len(shown)
    told = " ".join(filter(None, (texts.say("lead.more", count=more) if more > 0 else "", note)))
    selects = (select,) if options else ()
    return Card(title=title, rows=(*head, *rows), selects=selects, note=told or None, settled=True)


def lead_row(line: LeadLine, *, texts: Texts, number: int = 0) -> Row:
    """A lead as a line: whose it is, and how long it has waited."""
    rep = line.rep or texts.say("lead.nobody")
    value = texts.say("lead.line", rep=rep, length=length_text(line.waited, texts=texts))
    label = " ".join(filter(None, (str(number or ""), line.lead.company)))
    return Row(label=label, value=value)


def to_allot_card(lead: Lead, people: Sequence[Member], *, texts: Texts) -> Card:
    """To an admin: nobody could be found for it."""
    card = pass_card(lead, people, texts=texts)
    return Card(
        title=texts.say("lead.to_allot", company=lead.company),
        rows=lead_rows(lead, texts=texts),
        selects=card.selects if people else (),
    )


def median_rows(medians: Mapping[str, timedelta], *, texts: Texts) -> tuple[Row, ...]:
    """The middle first-contact time of each rep."""
    return tuple(
        Row(label=texts.say("lead.median", name=name), value=length_text(took, texts=texts))
        for name, took in medians.items()
    )


def length_text(length: timedelta, *, texts: Texts) -> str:
    """「6 分钟」, 「2.5 个工作小时」."""
    minutes = round(length.total_seconds() / 60)
    if minutes < 120:
        return texts.say("lead.minutes", minutes=minutes)
    return texts.say("lead.hours", hours=f"{minutes / 60:.1f}".removesuffix(".0"))
