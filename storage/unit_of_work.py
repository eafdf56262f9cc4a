"""One transaction over all nouns, opened for one message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from bot.domain.people import Member
from bot.domain.understanding import Lexicon
from bot.domain.visits import VisitRecord
from storage.admin_codes import AdminCodes
from storage.audit import Audit
from storage.changes import Changes
from storage.comments import Comments
from storage.company import open_competitors, open_products
from storage.contacts import Contacts
from storage.customer_lists import CustomerLists
from storage.customers import Customers
from storage.dialogs import Dialogs
from storage.history import Histories
from storage.inbox import claim_message
from storage.leads import Leads
from storage.leaves import Leaves
from storage.ledger import Ledger, Trail
from storage.lexicon import Cache, read_lexicon
from storage.members import Members
from storage.mutes import Mutes
from storage.next_actions import NextActions
from storage.node_items import NodeItems
from storage.nudges import Nudges
from storage.open_items import OpenItems
from storage.opportunities import Opportunities
from storage.outbox import Outbox
from storage.overrides import Overrides
from storage.purchases import Purchases
from storage.pushes import Pushes
from storage.quotas import Quotas
from storage.rates import Rates
from storage.refusals import Refusals
from storage.settings import Settings
from storage.talk_tracks import TalkTracks
from storage.team_deals import TeamDeals
from storage.three_options import CustomerAnswers, Questions
from storage.track_imports import TrackImports
from storage.track_pushes import TrackPushes
from storage.triggers import Packs, Triggers
from storage.valid_updates import ValidUpdates
from storage.visits import Visits


class UnitOfWork:
    """All that one message may read and change; `Database.unit_of_work` opens and commits it."""

    def __init__(self, trail: Trail, *, lexicons: Cache) -> None:
        self._trail, self._lexicons = trail, lexicons
        self.members = Members(trail)
        self.customers = Customers(trail)
        self.customer_lists = CustomerLists(trail)
        self.contacts = Contacts(trail)
        self.opportunities = Opportunities(trail)
        self.visits = Visits(trail)
        self.next_actions = NextActions(trail)
        self.node_items = NodeItems(trail)
        self.nudges = Nudges(trail)
        self.open_items = OpenItems(trail)
        self.pushes = Pushes(trail)
        self.mutes = Mutes(trail)
        self.leaves = Leaves(trail)
        self.comments = Comments(trail)
        self.refusals = Refusals(trail)
        self.team_deals = TeamDeals(trail)
        self.talk_tracks = TalkTracks(trail)
        self.packs = Packs(trail)
        self.triggers = Triggers(trail)
        self.track_pushes = TrackPushes(trail)
        self.track_imports = TrackImports(trail)
        self.leads = Leads(trail)
        self.questions = Questions(trail)
        self.customer_answers = CustomerAnswers(trail)
        self.competitors = open_competitors(trail)
        self.products = open_products(trail)
        self.overrides = Overrides(trail)
        self.purchases = Purchases(trail)
        self.dialogs = Dialogs(trail)
        self.admin_codes = AdminCodes(trail)
        self.settings = Settings(trail)
        self.outbox = Outbox(trail)
        self.quotas = Quotas(trail)
        self.valid_updates = ValidUpdates(trail)
        self.rates = Rates(trail)
        self.histories = Histories(trail)
        self.audit = Audit(trail)
        self.changes = Changes(trail, ledgers=self._ledgers(), nudges=self.nudges)

    def _ledgers(self) -> list[Ledger[Any]]:
        """Of all that is audited and can be undone."""
        audited = (
            self.members,
            self.customers,
            self.contacts,
            self.opportunities,
            self.visits,
            self.next_actions,
            self.node_items,
            self.talk_tracks,
            self.overrides,
            self.purchases,
            self.mutes,
            self.leaves,
            self.packs,
            self.triggers,
            self.leads,
            self.questions,
            self.customer_answers,
        )
        return [repository.ledger for repository in audited]

    def claim_message(self, inbox_id: int | None) -> None:
        """Finish the inbox row together with all else; raises AlreadyHandled if it took effect before."""
        if inbox_id is not None:
            claim_message(self._trail.connection, inbox_id, now=self._trail.now)

    def act_as(self, member_id: int | None) -> None:
        """Name who the changes from here on are made by."""
        self._trail.member_id = member_id

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Whatever is done inside the block is taken back at its end, as if it had never been."""
        trail = self._trail
        names_changed = trail.names_changed
        step = trail.connection.begin_nested()
        try:
            yield
        finally:
            step.rollback()
            trail.names_changed = names_changed

    def lexicon(self, member: Member) -> Lexicon:
        """What the company knows, as far as this member may see it; keys are ids as text."""
        trail = self._trail
        return read_lexicon(trail.connection, member, cache=self._lexicons, names_changed=trail.names_changed)

    def visits_between(self, first: date, last: date) -> Sequence[VisitRecord]:
        """Saved, not private records by the day of the visit."""
        return self.visits.between(first, last)
