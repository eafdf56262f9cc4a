"""What handlers need of storage: one small protocol a noun, all inside one transaction.

Every `save` of a noun that people can undo (visits, node items, next actions, customers, contacts, members,
opportunities) writes a `Change` under the message id that the unit of work was opened for. An object whose
id is 0 is new: `save` stores it and returns it with its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.changes import Change
from bot.domain.customers import Contact, Customer
from bot.domain.dialogs import Dialog, OpenCard
from bot.domain.messages import Address, Outgoing
from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem
from bot.domain.nudges import LadderStep, Nudge, Subject
from bot.domain.opportunities import Opportunity
from bot.domain.people import Member, Role
from bot.domain.talk_tracks import TalkTrack
from bot.domain.understanding import Lexicon, Signal
from bot.domain.visits import VisitRecord


class Members(Protocol):
    """Our colleagues and their accounts."""

    def at(self, address: Address) -> Member | None: ...
    def get(self, member_id: int) -> Member | None: ...
    def named(self, name: str) -> Member | None: ...
    def of_role(self, role: Role) -> Sequence[Member]: ...
    def all(self) -> Sequence[Member]: ...
    def save(self, member: Member) -> Member: ...


class Customers(Protocol):
    """Customers with their aliases."""

    def get(self, customer_id: int) -> Customer | None: ...
    def named(self, name: str) -> Sequence[Customer]:
        """Every customer with exactly this name or alias."""
        ...

    def recent(self, member_id: int, *, limit: int) -> Sequence[Customer]:
        """The customers of the member's latest visits, newest first, then those that the member owns."""
        ...

    def save(self, customer: Customer) -> Customer: ...


class Contacts(Protocol):
    """People at customers."""

    def of(self, customer_id: int) -> Sequence[Contact]: ...
    def save(self, contact: Contact) -> Contact: ...


class Opportunities(Protocol):
    """Deals."""

    def open_of(self, customer_id: int) -> Sequence[Opportunity]: ...
    def save(self, opportunity: Opportunity) -> Opportunity: ...


class Visits(Protocol):
    """Visit records, drafts among them."""

    def get(self, visit_id: int) -> VisitRecord | None: ...
    def latest(self, member_id: int, *, since: datetime) -> VisitRecord | None:
        """The member's newest record, draft or saved, updated at or after `since`."""
        ...

    def drafts(self, member_id: int) -> Sequence[VisitRecord]: ...
    def last_saved(self, customer_id: int, *, before_id: int) -> VisitRecord | None:
        """The customer's newest saved record with a smaller id."""
        ...

    def show_at(self, visit_id: int, card_key: str) -> None:
        """Remember which message on the screen shows the record; that is no change that can be undone."""
        ...

    def save(self, visit: VisitRecord) -> VisitRecord: ...


class NextActions(Protocol):
    """Promised deeds of saved visits."""

    def get(self, action_id: int) -> NextAction | None: ...
    def of_visit(self, visit_id: int) -> Sequence[NextAction]: ...
    def open_of(self, member_id: int) -> Sequence[NextAction]:
        """Open ones, by due time, those without one last."""
        ...

    def save(self, action: NextAction) -> NextAction: ...


class NodeItems(Protocol):
    """Process checks to be done."""

    def get(self, item_id: int) -> NodeItem | None: ...
    def open_of(self, member_id: int) -> Sequence[NodeItem]:
        """Open ones, by due time."""
        ...

    def open_keys(self, customer_id: int) -> frozenset[str]:
        """The node keys that are open for the customer."""
        ...

    def of_visit(self, visit_id: int) -> Sequence[NodeItem]: ...
    def save(self, item: NodeItem) -> NodeItem: ...


class Nudges(Protocol):
    """Planned reminders."""

    def plan(self, nudge: Nudge) -> bool:
        """Store a planned nudge; False where one with that key was ever planned."""
        ...

    def cancel(self, subject: Subject, subject_id: int) -> int:
        """Cancel every planned nudge of the subject; how many."""
        ...

    def claim_due(self, *, now: datetime, limit: int) -> Sequence[Nudge]:
        """Take due planned nudges and mark them sent in this transaction; no two transactions get the same
        one.
        """
        ...

    def next_at(self) -> datetime | None:
        """When the next planned nudge is due."""
        ...

    def sent_to(self, member_id: int, *, step: LadderStep, since: datetime) -> int:
        """How many nudges of that step the member got since then."""
        ...


class TalkTracks(Protocol):
    """The talk-track library."""

    def get(self, track_id: int) -> TalkTrack | None: ...
    def for_signals(self, signals: frozenset[Signal], *, limit: int) -> Sequence[TalkTrack]: ...
    def for_node(self, node_key: str, *, limit: int) -> Sequence[TalkTrack]: ...
    def save(self, track: TalkTrack) -> TalkTrack: ...


class Dialogs(Protocol):
    """What the bot waits for, and the cards on people's screens."""

    def waiting(self, member_id: int, *, now: datetime) -> Dialog | None: ...
    def wait(self, dialog: Dialog) -> None:
        """Replace whatever was waited for."""
        ...

    def stop(self, member_id: int) -> None: ...
    def open_cards(self, member_id: int, *, since: datetime) -> Sequence[OpenCard]:
        """Cards with buttons shown since then, newest first."""
        ...

    def show(self, card: OpenCard) -> None:
        """Remember an open card; one with the same member and key is replaced, and closed if it has no
        choices.
        """
        ...


class Changes(Protocol):
    """Undo and audit."""

    def undo_last(self, member_id: int, *, since: datetime, now: datetime) -> Sequence[Change]:
        """Restore everything that the member's newest not yet undone message changed; empty if there is none.

        Created things are removed from work by their own status where they have one, else deleted.
        """
        ...

    def newest(self, member_id: int, *, since: datetime) -> Sequence[Change]:
        """What `undo_last` would take back."""
        ...

    def of(self, noun: str, noun_id: int) -> Sequence[Change]: ...


class AdminCodes(Protocol):
    """One-time codes by which the first admin proves to sit at the server."""

    def use(self, code: str, *, now: datetime) -> bool:
        """Burn the code; False if it is wrong, used or too old."""
        ...


class Outbox(Protocol):
    """Messages that leave after the commit."""

    def push(self, outgoing: Outgoing, *, idempotency_key: str, now: datetime) -> None:
        """Store it; a second one with the same idempotency key is dropped."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Leaving it without an error commits; an error rolls everything back."""

    @property
    def members(self) -> Members: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def opportunities(self) -> Opportunities: ...
    @property
    def visits(self) -> Visits: ...
    @property
    def next_actions(self) -> NextActions: ...
    @property
    def node_items(self) -> NodeItems: ...
    @property
    def nudges(self) -> Nudges: ...
    @property
    def talk_tracks(self) -> TalkTracks: ...
    @property
    def dialogs(self) -> Dialogs: ...
    @property
    def changes(self) -> Changes: ...
    @property
    def admin_codes(self) -> AdminCodes: ...
    @property
    def outbox(self) -> Outbox: ...

    def lexicon(self, member: Member) -> Lexicon:
        """What the company knows, as far as this member may see it; keys of customers are their ids as
        text.
        """
        ...

    def act_as(self, member_id: int | None) -> None:
        """Name who the changes from here on are made by."""
        ...

    def visits_between(self, first: date, last: date) -> Sequence[VisitRecord]:
        """Saved, not private records by the day of the visit."""
        ...
