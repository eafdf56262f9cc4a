"""Cards on which a check is done: forms, risks, roles, lists to match, proofs, and the supervisor's yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.customers import Contact
from bot.domain.evidence import WANTED_ROLES, Match, Risk, answer_of, missing_roles
from bot.domain.messages import MAX_BUTTONS, Button, Card, Option, Row, Select
from bot.domain.nodes import Node, NodeItem
from prompts.nudges import DueItem
from prompts.texts import Texts


def step_title(due: DueItem, texts: Texts) -> str:
    """「📌 竞品应对备案 · 康联」."""
    return texts.say("node.title", node=due.title, customer=due.customer)


def clock_row(item: NodeItem, *, texts: Texts, now: datetime) -> Row:
    """When the rep is reminded, and when it is the supervisor's turn."""
    due, alert = (texts.moment(moment, now=now) for moment in (item.due_at, item.alert_at))
    value = (
        texts.say("node.clock", due=due) if due == alert else texts.say("node.clocks", due=due, alert=alert)
    )
    return Row(label=texts.say("node.due"), value=value, said=item.said or None)


def answer_rows(node: Node, item: NodeItem, *, texts: Texts) -> tuple[Row, ...]:
    """The lines of the item's form; an empty one shows 「？」."""
    shown = [field for field in node.fields if field.key in item.form or answer_of(item.answers, field.key)]
    return tuple(
        Row(label=field.name, value=answer_of(item.answers, field.key) or texts.say("visit.unknown"))
        for field in shown
    )


def way_out(item: NodeItem, texts: Texts) -> Button:
    """「不适用」."""
    return Button(label=texts.say("node.button.waive"), action=f"node.waive:{item.id}")


def form_card(
    due: DueItem, node: Node, item: NodeItem, *, asked: str | None, texts: Texts, now: datetime
) -> Card:
    """The form as far as it is filled in; asks for one line, or offers to file it."""
    buttons: list[Button] = []
    note = texts.say("form.ready")
    field = next((each for each in node.fields if each.key == asked), None)
    if field:
        note = texts.say("form.ask" if field.options else "form.ask_plain", field=field.name)
        buttons = [
            Button(label=option, action=f"form.put:{item.id}/{field.key}={option}")
            for option in field.options
        ]
    else:
        buttons.append(
            Button(label=texts.say("form.button.file"), action=f"form.file:{item.id}", primary=True)
        )
        buttons.append(Button(label=texts.say("form.button.again"), action=f"form.again:{item.id}"))
    buttons = [*buttons[: MAX_BUTTONS - 1], way_out(item, texts)]
    return Card(
        title=step_title(due, texts),
        rows=(clock_row(item, texts=texts, now=now), *answer_rows(node, item, texts=texts)),
        buttons=tuple(buttons),
        note=note,
        settled=True,
    )


def risk_card(
    due: DueItem, item: NodeItem, *, risks: Sequence[Risk], risk: Risk | None, texts: Texts, now: datetime
) -> Card:
    """The type of risk, known from what was said or to be chosen, with its strategies one tap away."""
    options = tuple(Option(label=each.name, value=each.key) for each in risks)
    select = Select(
        label=texts.say("risk.type"),
        action=f"risk.type:{item.id}",
        options=options,
        chosen=risk.key if risk else None,
    )
    buttons = [
        Button(label=strategy, action=f"risk.file:{item.id}/{risk.key}={number}", primary=number == 0)
        for number, strategy in enumerate(risk.strategies)
    ] if risk else []  # fmt: skip
    tracks = Button(label=texts.say("node.button.tracks"), action=f"tracks.node:{item.id}")
    return Card(
        title=step_title(due, texts),
        rows=(
            Row(label=texts.say("risk.type"), value=risk.name if risk else texts.say("visit.unknown")),
            clock_row(item, texts=texts, now=now),
        ),
        buttons=(*buttons, tracks, way_out(item, texts)),
        selects=(select,),
        note=texts.say("risk.choose") if risk else texts.say("risk.which"),
        settled=True,
    )


def role_card(
    due: DueItem, item: NodeItem, *, contacts: Sequence[Contact], person: Contact | None, texts: Texts
) -> Card:
    """One named person after the other gets a role; then the bot asks for who is missing."""
    missing = missing_roles(contacts)
    rows = chain_rows(contacts, texts=texts)
    if person:
        buttons = [
            Button(label=texts.label("buying_role", role), action=f"role.set:{item.id}/{person.id}={role}")
            for role in WANTED_ROLES
        ]
        buttons.append(
            Button(label=texts.say("roles.button.skip"), action=f"role.set:{item.id}/{person.id}=skip")
        )
        note = texts.say("roles.ask", name=called(person))
    else:
        buttons = []
        wanted = texts.label("buying_role", missing[0]) if missing else ""
        note = texts.say("roles.missing", role=wanted)
    buttons.append(way_out(item, texts))
    return Card(title=step_title(due, texts), rows=rows, buttons=tuple(buttons), note=note, settled=True)


def called(person: Contact) -> str:
    """The person as people say it, with the department where it is not in the name already."""
    return person.name if person.department in person.name else f"{person.department}{person.name}"


def chain_rows(contacts: Sequence[Contact], *, texts: Texts) -> tuple[Row, ...]:
    """Who has which role; a role that nobody has shows 「？」."""
    rows = []
    for role in WANTED_ROLES:
        names = [called(each) for each in contacts if each.active and each.role is role]
        value = texts.say("visit.and").join(names) or texts.say("visit.unknown")
        rows.append(Row(label=texts.label("buying_role", role), value=value))
    return tuple(rows)


def match_card(
    due: DueItem, item: NodeItem, *, known_models: int, match: Match | None, percent: int, texts: Texts
) -> Card:
    """The list to match: asked for, or how much of it the customer has bought before."""
    attest = Button(label=texts.say("node.button.attest"), action=f"node.attest:{item.id}")
    rows: tuple[Row, ...] = ()
    if match:
        unknown = texts.say("visit.and").join(match.unknown[:8])
        value = texts.say("match.rate", percent=match.percent, count=len(match.models), needed=percent)
        rows = (Row(label=texts.say("match.label"), value=value),)
        if unknown:
            rows = (*rows, Row(label=texts.say("match.unknown"), value=unknown))
        note = texts.say("match.again")
    elif known_models:
        note = texts.say("match.ask", count=known_models)
    else:
        note = texts.say("match.no_list")
    return Card(
        title=step_title(due, texts),
        rows=rows,
        buttons=(attest, way_out(item, texts)),
        note=note,
        settled=True,
    )


def waiting_card(due: DueItem, *, when: str, texts: Texts) -> Card:
    """To the rep whose gate nobody has answered yet."""
    seen = Button(label=texts.say("team.seen_button"), action="team.seen", primary=True)
    title = texts.say("gate.waiting", node=due.title, customer=due.customer)
    return Card(title=title, buttons=(seen,), note=texts.say("gate.waiting_note", when=when))


def gate_card(due: DueItem, item: NodeItem, *, node: Node, texts: Texts) -> Card:
    """What a supervisor is asked to agree to."""
    proofs = texts.say("gate.files", count=len(item.evidence_refs))
    value = proofs if item.evidence_refs else texts.say("gate.word")
    rows = (
        Row(label=texts.say("node.ask"), value=due.ask),
        Row(label=texts.say("gate.proof"), value=value),
        *answer_rows(node, item, texts=texts),
    )
    return Card(
        title=texts.say("gate.title", rep=due.rep, node=due.title, customer=due.customer),
        rows=rows,
        buttons=(
            Button(label=texts.say("gate.button.approve"), action=f"gate.approve:{item.id}", primary=True),
            Button(label=texts.say("gate.button.return"), action=f"gate.return:{item.id}"),
        ),
    )
