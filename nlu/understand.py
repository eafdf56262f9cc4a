"""From one dictated or typed note to its `Understanding`: every value with its words, span and rule."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from threading import Lock

from bot.domain.calendar import WorkCalendar
from bot.domain.understanding import (
    Action,
    Fact,
    Field,
    Intent,
    Lexicon,
    Mention,
    Understanding,
    VisitFacts,
)
from nlu.actions import find_actions, read_next_step
from nlu.amounts import find_amounts
from nlu.clauses import split_clauses
from nlu.competitors import find_competitors
from nlu.corrections import next_step_at, read_corrections, struck_spans
from nlu.customers import Candidate, choose_customer, cut_by_customer, find_candidates
from nlu.dates import DateExpression, find_dates
from nlu.decision_makers import find_decision_makers, shows_authority
from nlu.fields import find_fields
from nlu.intents import tell_intent
from nlu.masks import DATE, OURS, THEIRS, mask_text
from nlu.money import amounts_of_deal
from nlu.names import NameIndex, NameKind, find_names, index_names
from nlu.normalize import normalize
from nlu.organisations import find_organisations
from nlu.people import distinct_people, find_people
from nlu.persons import PersonHit, Side
from nlu.reading import Reading
from nlu.repairs import withdraw
from nlu.signals import find_signals
from nlu.titles import titled_spans
from nlu.tokens import Words, load_words

_LETTERS = {Side.CUSTOMER: THEIRS, Side.OURS: OURS}
LONGEST_NOTE = 5_000
"""Characters; what a note has beyond is kept in the record and not read."""
_REMEMBERED_LEXICONS = 64


class Understander:
    """Reads notes; built once, safe to share between threads; keeps the name indexes of the last lexicons."""

    def __init__(self, calendar: WorkCalendar, words: Words) -> None:
        self._calendar = calendar
        self._words = words
        self._indexes: OrderedDict[Lexicon, NameIndex] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def load(cls, calendar: WorkCalendar) -> Understander:
        """Read the word lists; takes under a second."""
        normalize("開")
        return cls(calendar, load_words())

    def understand(self, text: str, *, now: datetime, lexicon: Lexicon) -> Understanding:
        """The meaning of one message as of `now` (aware); never raises, whatever the text holds."""
        reading = self._read(text[:LONGEST_NOTE], now=now, lexicon=lexicon)
        reading, withdrawn = withdraw(reading)
        candidates = find_candidates(reading)
        cuts = [reading.script.origin[cut] for cut in cut_by_customer(reading, candidates)]
        if cuts:
            return self._several(text, cuts, now=now, lexicon=lexicon)
        actions = find_actions(reading)
        intent = tell_intent(reading.text, has_actions=bool(actions))
        if intent not in (Intent.REPORT, Intent.SUPPLEMENT, Intent.CORRECTION):
            return Understanding(text=text, intent=intent, visits=(VisitFacts(),))
        visit = self._visit(reading, candidates, actions, correction=intent is Intent.CORRECTION)
        return Understanding(text=text, intent=intent, visits=(visit,), withdrawn=withdrawn)

    def _several(self, text: str, cuts: list[int], *, now: datetime, lexicon: Lexicon) -> Understanding:
        """Each customer's part is read as a note of its own, then put back in its place."""
        edges = [0, *cuts, len(text)]
        parts = [
            (start, self.understand(text[start:end], now=now, lexicon=lexicon))
            for start, end in itertools.pairwise(edges)
        ]
        return Understanding(
            text=text,
            intent=parts[0][1].intent if parts[0][1].intent is Intent.SUPPLEMENT else Intent.REPORT,
            visits=tuple(visit.shifted(start) for start, part in parts for visit in part.visits),
            withdrawn=tuple(
                replace(fact, span=fact.span.shifted(start))
                for start, part in parts
                for fact in part.withdrawn
            ),
        )

    def _read(self, text: str, *, now: datetime, lexicon: Lexicon) -> Reading:
        script = normalize(text)
        plain = script.text
        names = find_names(plain, index=self._index(lexicon), words=self._words)
        dates = find_dates(plain, now=now, calendar=self._calendar)
        taken = [*titled_spans(plain, self._words)]
        taken += [(hit.start, hit.end) for hit in names] + [
            (date.span.start, date.span.end) for date in dates
        ]
        organisations = find_organisations(plain, taken=taken, words=self._words)
        people = find_people(
            plain, names=names, orgs=[(org.start, org.end) for org in organisations], words=self._words
        )
        masked = _masked(plain, dates, people)
        clauses = split_clauses(
            plain,
            masked=masked,
            dates=[(date.span.start, date.span.end) for date in dates],
            people=[(hit.said_from, hit.end) for hit in people if hit.side is Side.CUSTOMER],
        )
        return Reading(
            script=script,
            now=now,
            names=names,
            organisations=organisations,
            people=people,
            dates=dates,
            amounts=find_amounts(plain),
            clauses=clauses,
            masked=masked,
        )

    def _index(self, lexicon: Lexicon) -> NameIndex:
        with self._lock:
            index = self._indexes.get(lexicon)
            if index is not None:
                self._indexes.move_to_end(lexicon)
                return index
        index = index_names(lexicon, self._words)
        with self._lock:
            self._indexes[lexicon] = index
            while len(self._indexes) > _REMEMBERED_LEXICONS:
                self._indexes.popitem(last=False)
        return index

    def _visit(
        self,
        reading: Reading,
        candidates: tuple[Candidate, ...],
        actions: tuple[Action, ...],
        *,
        correction: bool,
    ) -> VisitFacts:
        if correction:
            struck = struck_spans(reading.text)
            candidates = tuple(c for c in candidates if not any(a <= c.start < b for a, b in struck))
        customer = choose_customer(reading, candidates)
        facts: list[Fact] = [customer] if isinstance(customer, Fact) else []
        theirs = tuple(hit for hit in reading.people if hit.side is Side.CUSTOMER)
        facts += [
            reading.fact(Field.CONTACT, hit.name, hit.said_from, hit.end, rule=hit.rule)
            for hit in distinct_people(theirs)
        ]
        deciders = find_decision_makers(reading, people=theirs, words=self._words)
        facts += deciders
        places = [(candidate.start, candidate.end) for candidate in candidates]
        competitors = find_competitors(reading, words=self._words, taken=places)
        facts += competitors
        facts += _products(reading)
        rivals = _ends_in(reading, competitors)
        facts += amounts_of_deal(reading, rivals=rivals)
        if correction:
            start = next_step_at(reading.text)
            kept = read_next_step(reading, start) if start is not None else ()
            return VisitFacts(facts=read_corrections(reading, tuple(facts)), actions=kept)
        above = shows_authority(reading, deciders, distinct_people(theirs))
        signals = find_signals(reading, rivals=rivals)
        facts += signals
        if above and all(fact.value != above.value for fact in signals):
            facts.append(above)
        facts += find_fields(reading, actions)
        mentions = (customer,) if isinstance(customer, Mention) else ()
        return VisitFacts(facts=tuple(facts), actions=actions, mentions=mentions)


def _products(reading: Reading) -> list[Fact]:
    first = {hit.entries[0].key: hit for hit in reversed(reading.named(NameKind.PRODUCT))}
    return [
        reading.fact(Field.PRODUCT, hit.entries[0].name, hit.start, hit.end, rule=hit.rule)
        for hit in first.values()
    ]


def _masked(text: str, dates: tuple[DateExpression, ...], people: tuple[PersonHit, ...]) -> str:
    marks = [(date.span.start, date.span.end, DATE) for date in dates]
    marks += [(hit.start, hit.end, _LETTERS[hit.side]) for hit in people if hit.side in _LETTERS]
    return mask_text(text, marks)


def _ends_in(reading: Reading, facts: tuple[Fact, ...]) -> tuple[int, ...]:
    """Where the words of the facts end, and every later mention of them, in the plain text."""
    names = {fact.said for fact in facts}
    text = reading.text
    return tuple(at + len(name) for name in names for at in range(len(text)) if text.startswith(name, at))
