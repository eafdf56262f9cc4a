"""What the fake of DingTalk knows and has seen: people, what was sent, cards, files, broken rules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

ROBOT_CODE = "dingabc0123456789"
DTMD = "dtmd://dingtalkclient/sendMessage?content="
TEMPLATES: dict[str, set[str]] = {
    "sampleText": {"content"},
    "sampleMarkdown": {"title", "text"},
    "sampleImageMsg": {"photoURL"},
    "sampleFile": {"mediaId", "fileName", "fileType"},
    "sampleActionCard": {"title", "text", "singleTitle", "singleURL"},
} | {
    f"sampleActionCard{count}": {"title", "text"}
    | {f"{name}{n}" for n in range(1, count + 1) for name in ("actionTitle", "actionURL")}
    for count in range(2, 6)
}
"""The fields of each template (contract 5.4)."""


@dataclass(slots=True, kw_only=True)
class Sent:
    """One message on somebody's screen; `via` is robot, session, card or group."""

    user_id: str
    via: str
    kind: str
    fields: dict[str, Any]
    key: str = ""
    carrier: str = ""
    """What a quote of an interactive card calls it."""
    at: datetime
    recalled: bool = False
    updates: int = 0

    def buttons(self) -> dict[str, str]:
        """Labels and what a tap says; for an interactive card, the action."""
        if self.via == "card":
            return {
                self.fields[f"label{n}"]: self.fields[f"action{n}"]
                for n in range(1, 10)
                if self.fields.get(f"label{n}")
            }
        pairs = [(b["title"], b["actionURL"]) for b in self.fields.get("btns", [])]
        pairs += [(self.fields[f"actionTitle{n}"], self.fields[f"actionURL{n}"]) for n in range(1, 6)
                  if f"actionTitle{n}" in self.fields]  # fmt: skip
        if "singleTitle" in self.fields:
            pairs.append((self.fields["singleTitle"], self.fields["singleURL"]))
        return {title: read_dtmd(url) for title, url in pairs}

    def words(self) -> str:
        """What the phone shows."""
        if self.kind == "sampleFile":
            return f"[file] {self.fields['fileName']}"
        if self.kind == "sampleImageMsg":
            return "[image]"
        shown = [self.fields.get(name, "") for name in ("title", "content", "body", "text")]
        return "\n".join(str(each) for each in [*shown, *self.buttons()] if each)


def read_dtmd(url: str) -> str:
    """What a tap makes the person say; empty for any other link."""
    return unquote(url.removeprefix(DTMD)) if url.startswith(DTMD) else ""


@dataclass(slots=True, kw_only=True)
class Person:
    """A member of the company, as `user/get` tells."""

    user_id: str
    name: str
    manager: str = ""
    departments: tuple[int, ...] = (1,)
    active: bool = True
    visible: bool = True


@dataclass(slots=True, kw_only=True)
class Department:
    """A department; `managers` are user ids."""

    name: str
    parent: int = 0
    managers: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Books:
    """Everything that a test may look at."""

    now: Callable[[], datetime]
    people: dict[str, Person] = field(default_factory=dict)
    departments: dict[int, Department] = field(default_factory=lambda: {1: Department(name="总部")})
    sent: list[Sent] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    sessions: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    """By session id: whose chat, and until when."""
    callbacks: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Where presses go in HTTP mode, by route: the address, and the secret that signs them."""
    groups: set[str] = field(default_factory=set)
    throttled: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    number: int = 0

    def next_name(self, stem: str) -> str:
        """A name that was never used."""
        self.number += 1
        return f"{stem}{self.number:05d}"

    def screen(self, user_id: str) -> list[Sent]:
        """What a person sees, oldest first."""
        return [sent for sent in self.sent if sent.user_id == user_id and not sent.recalled]

    def put(self, user_id: str, *, via: str, kind: str, fields: Mapping[str, Any], key: str = "") -> Sent:
        """Show a message."""
        sent = Sent(user_id=user_id, via=via, kind=kind, fields=dict(fields), key=key, at=self.now())
        self.sent.append(sent)
        return sent

    def store_file(self, data: bytes) -> str:
        """Keep a file that a person sends; its download code."""
        code = self.next_name("mIofN6code")
        self.files[code] = data
        return code

    def open_session(self, user_id: str, *, minutes: float = 90) -> tuple[str, datetime]:
        """A session webhook's id and its end."""
        session, until = self.next_name("session"), self.now() + timedelta(minutes=minutes)
        self.sessions[session] = (user_id, until)
        return session, until

    def find_key(self, key: str) -> list[Sent]:
        """What was sent under a processQueryKey or track id."""
        return [sent for sent in self.sent if sent.key == key]

    def check_template(self, msg_key: object, param: object) -> tuple[str, dict[str, Any]]:
        """An error code, and the fields of a `msgParam`."""
        if not isinstance(param, str):
            return "invalidParameter.msgParam.invalid", {}
        try:
            fields = json.loads(param)
        except ValueError:
            return "invalidParameter.msgParam.invalid", {}
        if not isinstance(msg_key, str) or msg_key not in TEMPLATES:
            return "invalidParameter.msgKey.invalid", {}
        if len(param.encode()) > 15_000:
            return "invalidParameter.msgParam.tooLong", {}
        if set(fields) != TEMPLATES[msg_key] or not all(isinstance(value, str) for value in fields.values()):
            return "sendMessage.model.notMatch", {}
        for name, value in fields.items():
            self._check_link(name, value)
        return "", fields

    def _check_link(self, name: str, value: str) -> None:
        if "URL" in name and value.lower().startswith("dtmd:"):
            if urlsplit(value).netloc != "dingtalkclient" or not value.startswith(DTMD):
                self.violations.append(f"a dead quick reply: {name}")
            if any(char in value.removeprefix(DTMD) for char in " #&+?"):
                self.violations.append(f"an unescaped quick reply: {name}")
