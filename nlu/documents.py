"""An understanding as a spaCy document with a span group a field: for display and for training."""

from __future__ import annotations

from typing import Any

from bot.domain.understanding import Span, Understanding


def document_of(understanding: Understanding) -> Any:
    """A `Doc` over single characters whose `spans` hold every fact, action and deadline, labelled by field.

    spaCy is loaded only here: importing it brings torch along (seconds and hundreds of megabytes), which the
    reading of notes has no need of.
    """
    import spacy

    document = spacy.blank("zh")(understanding.text)
    groups: dict[str, list[Any]] = {}

    def mark(label: str, span: Span) -> None:
        found = document.char_span(span.start, span.end, label=label, alignment_mode="expand")
        if found is not None:
            groups.setdefault(label, []).append(found)

    for visit in understanding.visits:
        for fact in visit.facts:
            mark(fact.field.value, fact.span)
        for action in visit.actions:
            mark(action.kind.value, action.span)
            if action.due:
                mark("due", action.due.span)
    for fact in understanding.withdrawn:
        mark("withdrawn", fact.span)
    for label, spans in groups.items():
        document.spans[label] = spans
    return document
