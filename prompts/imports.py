"""Cards about files that admins send: what is wrong with one, and what has become of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import Button, Card, Row
from bot.domain.track_imports import RowError, TrackImport
from prompts.texts import Texts

SHOWN_ERRORS = 8


def errors_card(batch: TrackImport, errors: Sequence[RowError], *, rows: int, texts: Texts) -> Card:
    """Every bad row by its line, the first few of them in full."""
    say = texts.say
    shown = tuple(
        Row(label=say("library.file.line", line=error.line), value=say(error.key, **error.values))
        for error in errors[:SHOWN_ERRORS]
    )
    more = len(errors) - len(shown)
    note = say("library.file.fix_and_send")
    if more > 0:
        note = say("library.file.more_errors", count=more) + note
    title = say("library.file.errors", name=batch.name, bad=len(errors), rows=rows)
    return Card(title=title, rows=shown, note=note)


def confirm_buttons(batch: TrackImport, *, texts: Texts) -> tuple[Button, Button]:
    """「确认导入」 and 「不导入」."""
    yes = Button(label=texts.say("library.file.confirm"), action=f"library.import:{batch.id}", primary=True)
    return yes, Button(label=texts.say("library.file.drop"), action=f"library.import_drop:{batch.id}")


def done_card(batch: TrackImport, *, texts: Texts) -> Card:
    """What was taken in, with the way back."""
    button = Button(label=texts.say("library.file.withdraw"), action=f"library.import_withdraw:{batch.id}")
    title = texts.say("library.file.done", name=batch.name, added=batch.added, changed=batch.changed)
    return Card(title=title, buttons=(button,), settled=True)
