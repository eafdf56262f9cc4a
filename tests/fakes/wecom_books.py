"""What the fake of WeCom knows and has seen: its company, what it delivered, dropped and complains about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.wecom_card_rules import check_card

MINUTE_LIMIT, HOUR_LIMIT = 30, 1000
CODE_LIFE = timedelta(hours=72)
MEDIA_LIFE = timedelta(days=3)
TEXT_BYTES = 2048
CARDS_WITH_CODE = ("button_interaction", "vote_interaction", "multiple_interaction")


@dataclass(slots=True, kw_only=True)
class Member:
    """A member as the directory tells of one; `visible`: inside the application's range."""

    user_id: str
    name: str
    departments: tuple[int, ...] = (12,)
    direct_leader: tuple[str, ...] = ()
    status: int = 1
    visible: bool = True
    licensed: bool = True


@dataclass(slots=True, kw_only=True)
class Department:
    """A department and who leads it."""

    id: int
    name: str
    parent_id: int = 1
    leaders: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Sent:
    """One message to one member. `dropped`: over the limit, so that nobody ever saw it."""

    msgid: str
    user_id: str
    msgtype: str
    content: dict[str, Any]
    at: datetime
    dropped: bool = False
    recalled: bool = False
    greyed: str = ""
    """What stands on the buttons that were greyed out."""
    updates: int = 0

    @property
    def seen(self) -> bool:
        return not (self.dropped or self.recalled)


@dataclass(slots=True, kw_only=True)
class Code:
    """The right to change a card once."""

    sent: Sent
    issued_at: datetime
    used: bool = False


@dataclass(slots=True, kw_only=True)
class Stored:
    """A file of the platform."""

    data: bytes
    content_type: str
    name: str
    stored_at: datetime


def small_company() -> tuple[dict[str, Member], dict[int, Department]]:
    """A rep with a leader, a two-level department, an invisible, a disabled and a former member."""
    members = (
        Member(user_id="lina", name="李娜", direct_leader=("wangq",)),
        Member(user_id="zhaolei", name="赵磊"),
        Member(user_id="sunyan", name="孙燕", departments=(13,)),
        Member(user_id="wangq", name="王强", departments=(1,)),
        Member(user_id="hidden", name="韩隐", departments=(1,), visible=False),
        Member(user_id="disabled", name="丁停", status=2),
        Member(user_id="left", name="刘离", status=5),
    )
    departments = (
        Department(id=1, name="星海销售", parent_id=0, leaders=("wangq",)),
        Department(id=12, name="华东", leaders=("wangq",)),
        Department(id=13, name="华东二组", parent_id=12, leaders=("hidden",)),
    )
    return {member.user_id: member for member in members}, {one.id: one for one in departments}


@dataclass(slots=True, kw_only=True)
class Books:
    """The platform's state. Tests read it, and change members, media and the like directly."""

    now: Callable[[], datetime]
    members: dict[str, Member] = field(default_factory=lambda: small_company()[0])
    departments: dict[int, Department] = field(default_factory=lambda: small_company()[1])
    sent: list[Sent] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    media: dict[str, Stored] = field(default_factory=dict)
    group: list[dict[str, Any]] = field(default_factory=list)
    group_times: list[datetime] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    duplicates: int = 0
    has_callback: bool = True
    _seen: dict[str, tuple[datetime, Sent]] = field(default_factory=dict)
    _task_ids: set[str] = field(default_factory=set)
    _serial: int = 0

    def screen(self, user_id: str) -> list[Sent]:
        """What stands in a member's chat, oldest first."""
        return [sent for sent in self.sent if sent.user_id == user_id and sent.seen]

    def dropped(self) -> list[Sent]:
        """Messages that were answered with 0 and never shown."""
        return [sent for sent in self.sent if sent.dropped]

    def next_name(self, prefix: str) -> str:
        """A name that was not used before."""
        self._serial += 1
        return f"{prefix}{self._serial}"

    def reachable(self, user_id: str) -> bool:
        """Whether messages come to this member."""
        member = self.members.get(user_id)
        return member is not None and member.visible and member.status == 1

    def issue_code(self, sent: Sent) -> str:
        """A fresh response code for a card."""
        code = self.next_name("Rc")
        self.codes[code] = Code(sent=sent, issued_at=self.now())
        return code

    def store_media(self, data: bytes, *, content_type: str, name: str) -> str:
        """Keep a file for three days."""
        media_id = self.next_name("media")
        self.media[media_id] = Stored(data=data, content_type=content_type, name=name, stored_at=self.now())
        return media_id

    def read_media(self, media_id: str) -> Stored | None:
        """A file that has not expired."""
        stored = self.media.get(media_id)
        return stored if stored and self.now() - stored.stored_at < MEDIA_LIFE else None

    def check(self, msgtype: str, content: dict[str, Any]) -> int:
        """The error code of a content, 0 if it is sound; slips that the platform forgives are noted."""
        if msgtype in ("text", "markdown"):
            words = content.get("content", "")
            if not words:
                return 44004
            if len(words.encode()) > TEXT_BYTES:
                self.violations.append(f"{msgtype} of {len(words.encode())} bytes")
                content["content"] = words.encode()[:TEXT_BYTES].decode(errors="ignore")
        if msgtype in ("image", "file", "voice") and self.read_media(content.get("media_id", "")) is None:
            return 40007
        if msgtype == "template_card":
            if content.get("card_type") in CARDS_WITH_CODE and not self.has_callback:
                return 43012
            return check_card(content, self.violations, task_ids=self._task_ids)
        return 0

    def find_duplicate(self, raw: str, seconds: int) -> Sent | None:
        """An equal request within the window."""
        found = self._seen.get(raw)
        if found and self.now() - found[0] < timedelta(seconds=seconds):
            self.duplicates += 1
            return found[1]
        return None

    def deliver(self, user_id: str, msgtype: str, content: dict[str, Any], *, raw: str) -> Sent:
        """Bring one message to one member, or drop it without a word where it is too much."""
        now = self.now()
        times = [sent.at for sent in self.sent if sent.user_id == user_id and not sent.dropped]
        minute = sum(at > now - timedelta(minutes=1) for at in times)
        hour = sum(at > now - timedelta(hours=1) for at in times)
        sent = Sent(
            msgid=self.next_name("m"),
            user_id=user_id,
            msgtype=msgtype,
            content=content,
            at=now,
            dropped=minute >= MINUTE_LIMIT or hour >= HOUR_LIMIT,
        )
        self.sent.append(sent)
        self._seen[raw] = (now, sent)
        if task_id := content.get("task_id"):
            self._task_ids.add(task_id)
        return sent

    def spend_code(self, code: str, user_id: str) -> Sent | None:
        """The card that a code changes; None for a code that is unknown, used, old, or somebody else's."""
        found = self.codes.get(code)
        if found is None or found.used or self.now() - found.issued_at > CODE_LIFE:
            return None
        found.used = True
        return found.sent if found.sent.user_id == user_id else None
