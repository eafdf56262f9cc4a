"""One transaction over all nouns, opened for one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.people import Member
from bot.domain.understanding import Lexicon
from bot.domain.visits import VisitRecord
from storage.admin_codes import AdminCodes
from storage.changes import Changes
from storage.company import open_competitors, open_products
from storage.contacts import Contacts
from storage.customers import Customers
from storage.dialogs import Dialogs
from storage.inbox import claim_message
from storage.ledger import Trail
from storage.lexicon import Cache, read_lexicon
from storage.members import Members
from storage.next_actions import NextActions
from storage.node_items import NodeItems
from storage.nudges import Nudges
from storage.opportunities import Opportunities
from storage.outbox import Outbox
from storage.quotas import Quotas
from storage.settings import Settings
from storage.talk_tracks import TalkTracks
from storage.visits import Visits


class UnitOfWork:
    """All that one message may read and change; `Database.unit_of_work` opens and commits it."""

    def __init__(self, trail: Trail, *, lexicons: Cache) -> None:
        self._trail = trail
        self._lexicons = lexicons
        self.members = Members(trail)
        self.customers = Customers(trail)
        self.contacts = Contacts(trail)
        self.opportunities = Opportunities(trail)
        self.visits = Visits(trail)
        self.next_actions = NextActions(trail)
        self.node_items = NodeItems(trail)
        self.nudges = Nudges(trail)
        self.talk_tracks = TalkTracks(trail)
        self.competitors = open_competitors(trail)
        self.products = open_products(trail)
        self.dialogs = Dialogs(trail)
        self.admin_codes = AdminCodes(trail)
        self.settings = Settings(trail)
        self.outbox = Outbox(trail)
        self.quotas = Quotas(trail)
        audited = (
            self.members,
            self.customers,
            self.contacts,
            self.opportunities,
            self.visits,
            self.next_actions,
            self.node_items,
            self.talk_tracks,
        )
        ledgers = [repository.ledger for repository in audited]
        self.changes = Changes(trail, ledgers=ledgers, nudges=self.nudges)

    def claim_message(self, inbox_id: int | None) -> None:
        """Finish the inbox row together with all else; raises AlreadyHandled if it took effect before."""
        if inbox_id is not None:
            claim_message(self._trail.connection, inbox_id, now=self._trail.now)

    def act_as(self, member_id: int | None) -> None:
        """Name who the changes from here on are made by."""
        self._trail.member_id = member_id

    def lexicon(self, member: Member) -> Lexicon:
        """What the company knows, as far as this member may see it; keys are ids as text."""
        trail = self._trail
        return read_lexicon(trail.connection, member, cache=self._lexicons, names_changed=trail.names_changed)

    def visits_between(self, first: date, last: date) -> Sequence[VisitRecord]:
        """Saved, not private records by the day of the visit."""
        return self.visits.between(first, last)
