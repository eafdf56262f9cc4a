"""The platform's API as the channel uses it: sending, cards, recall, media, the directory."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import FormData

from bot.domain.errors import PlatformError, RateLimited
from bot.domain.messages import Priority
from bot.platforms.base import Media
from bot.platforms.dingtalk.account import Account
from bot.platforms.dingtalk.calls import Calls, Sleep
from bot.platforms.dingtalk.card_calls import CardCalls
from bot.platforms.dingtalk.cards import Template
from bot.platforms.dingtalk.codec import CODES
from bot.platforms.dingtalk.errcodes import SESSION_GONE, UNKNOWN_RESULT, read_old_code, to_error
from bot.platforms.dingtalk.media_types import sniff
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.platforms.dingtalk.quotas import Bucket
from bot.platforms.dingtalk.transport import UNKNOWN_END, Transport
from bot.platforms.limits import LimitReached, Limits, Window

log = logging.getLogger(__name__)

MOST_PEOPLE = 20
"""Of one batchSend, and keys of one recall (contract 5.2, 5.7)."""
MAX_UNSURE = 1000
FILE_KINDS = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})
"""What `sampleFile` takes; anything else travels inside a zip (contract 5.4, 5.10)."""
WINDOWS = (Window(count=20, length=timedelta(minutes=1, seconds=2)),)
"""What one person gets; the platform publishes no number, throttles webhooks beyond twenty (contract 7.1)."""
_UNSURE = frozenset({UNKNOWN_END, UNKNOWN_RESULT, "500", "502", "503", "504", "system.error"})

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of one message to several people: the platform's keys, and why some got nothing.

    A key is empty where nobody knows whether the message arrived.
    """

    keys: tuple[str, ...]
    failed: Mapping[str, str]


class DingTalkClient:
    """Calls the API for one robot. Every method raises PlatformError and its kin."""

    def __init__(self, account: Account, ports: DingTalkPorts, *, sleep: Sleep = asyncio.sleep) -> None:
        self._account = account
        self._ports = ports
        self.transport = Transport(trusted_host=urlsplit(account.api_base).hostname or "")
        self.calls = Calls(account, ports, transport=self.transport, sleep=sleep)
        self.cards = CardCalls(account, self.calls)
        self._limits = Limits(WINDOWS, now=ports.clock.now)
        self._unsure: dict[str, None] = {}

    async def recount(self) -> None:
        """Count what left before this start."""
        if self._ports.sent is None:
            return
        since = self._ports.clock.now() - WINDOWS[-1].length
        for user_id, sent_at in await asyncio.to_thread(self._ports.sent.sent_since, since):
            self._limits.note(user_id, at=sent_at)

    async def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        await self.transport.close()

    def reserve(self, recipient: str, *, priority: Priority, count: int = 1) -> None:
        """Count messages to one person or group, or raise LimitReached."""
        try:
            self._limits.take(recipient, priority=priority, count=count)
        except LimitReached:
            self._ports.meter.send_held_back()
            raise

    async def send_person(self, user_id: str, template: Template, *, priority: Priority) -> str:
        """Send to one person's single chat and return the key for recall and quotes (contract 5.2).

        Nobody is asked twice where the first try may have arrived, but for a reply, once. Then the key is
        empty.
        """

        async def send() -> str:
            delivery = await self.send_people([user_id], template)
            for reason in delivery.failed.values():
                if reason == "flowControlledStaffIdList":
                    raise RateLimited("batchSend: throttled", code=reason)
                raise PlatformError(f"batchSend: {reason}", code=reason, permanent=True)
            return delivery.keys[0]

        return await self._send_once(user_id, template, send, priority=priority)

    async def send_room(self, conversation_id: str, template: Template, *, priority: Priority) -> str:
        """Send into a group that the robot was added to, as often as to one person (contract 5.3)."""

        async def send() -> str:
            return await self.send_group(conversation_id, template)

        return await self._send_once(conversation_id, template, send, priority=priority)

    async def _send_once(
        self, recipient: str, template: Template, send: Callable[[], Awaitable[str]], *, priority: Priority
    ) -> str:
        name = hashlib.sha256(f"{recipient}\n{template.param()}".encode()).hexdigest()
        try:
            key = await send()
        except PlatformError as error:
            if error.code not in _UNSURE:
                self._unsure.pop(name, None)
                raise
            if priority is Priority.REPLY and name not in self._unsure:
                self._unsure[name] = None
                while len(self._unsure) > MAX_UNSURE:
                    del self._unsure[next(iter(self._unsure))]
                raise
            self._unsure.pop(name, None)
            log.warning("a message's end is unknown, it is not sent again: %s", error.code)
            return ""
        self._unsure.pop(name, None)
        return key

    async def send_people(self, user_ids: Sequence[str], template: Template) -> Delivery:
        """Send to many single chats, twenty at a time; for whom it failed, the name of the list tells why."""
        keys, failed = [], dict[str, str]()
        for start in range(0, len(user_ids), MOST_PEOPLE):
            body = {
                "robotCode": self._account.robot_code,
                "userIds": list(user_ids[start : start + MOST_PEOPLE]),
                "msgKey": template.key,
                "msgParam": template.param(),
            }
            path = "/v1.0/robot/oToMessages/batchSend"
            answer = await self.calls.call("POST", path, body=body, is_send=True)
            keys.append(str(answer.get("processQueryKey") or ""))
            for reason in ("invalidStaffIdList", "flowControlledStaffIdList", "filteredStaffIdList"):
                failed |= {str(user_id): reason for user_id in answer.get(reason) or ()}
        return Delivery(keys=tuple(keys), failed=failed)

    async def send_group(self, conversation_id: str, template: Template) -> str:
        """Send into a group that the robot was added to (contract 5.3)."""
        body = {
            "robotCode": self._account.robot_code,
            "openConversationId": conversation_id,
            "msgKey": template.key,
            "msgParam": template.param(),
        }
        answer = await self.calls.call("POST", "/v1.0/robot/groupMessages/send", body=body, is_send=True)
        return str(answer.get("processQueryKey") or "")

    async def send_session(self, url: str, body: Mapping[str, Any]) -> bool:
        """Answer by a session webhook; False where it is over, and the API has to be asked (contract 5.1)."""
        path = "/robot/sendBySession"
        reply = await self.transport.exchange("POST", url, body=body)
        answer = reply.answer()
        if answer is None or reply.status >= 400:
            raise PlatformError(f"{path}: HTTP {reply.status}", code="bad_answer")
        await asyncio.to_thread(self._ports.quotas.spend, Bucket.PUSH)
        code = read_old_code(answer)
        if code == SESSION_GONE:
            return False
        if code:
            raise to_error(path, code, answer)
        return True

    async def recall(self, keys: Sequence[str]) -> bool:
        """Take messages of the last 24 hours back from single chats; whether all are gone (contract 5.7)."""
        body = {"robotCode": self._account.robot_code, "processQueryKeys": list(keys[:MOST_PEOPLE])}
        answer = await self.calls.call("POST", "/v1.0/robot/otoMessages/batchRecall", body=body)
        return not answer.get("failedResult")

    async def fetch_media(self, media_ref: str) -> Media:
        """Download a voice note, picture or file by its download codes; nobody knows how long they live."""
        codes = media_ref.split(CODES)
        for code in codes:
            try:
                return await self._download(code)
            except PlatformError as error:
                if not error.permanent or code == codes[-1]:
                    raise
        raise AssertionError("a reference has at least one code")

    async def upload_media(self, kind: str, data: bytes, name: str) -> str:
        """Upload an `image`, `voice`, `video` or `file` and return its id, `@` included (contract 5.10)."""
        safe_name = "".join(char for char in name if char not in '"\r\n\\') or kind

        def form() -> FormData:
            # Unquoted: the name reaches the chat as it is written, Chinese included.
            fields = FormData(quote_fields=False)
            content_type = "application/octet-stream"
            fields.add_field("media", io.BytesIO(data), filename=safe_name, content_type=content_type)
            return fields

        answer = await self.calls.call_old("/media/upload", params={"type": kind}, form=form)
        return str(answer.get("media_id") or "")

    async def upload_file(self, data: bytes, name: str) -> Template:
        """Upload a file and return the message that shows it; kinds that chats do not take leave in a zip."""
        kind = name.rpartition(".")[2].lower()
        if kind not in FILE_KINDS:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(name, data)
            data, name, kind = packed.getvalue(), f"{name}.zip", "zip"
        media_id = await self.upload_media("file", data, name)
        return Template(key="sampleFile", fields={"mediaId": media_id, "fileName": name, "fileType": kind})

    async def read_user(self, user_id: str) -> Record:
        """A person's record: name, dept_id_list, manager_userid, active (contract 8)."""
        return await self._read("/topapi/v2/user/get", {"userid": user_id, "language": "zh_CN"})

    async def read_department(self, department_id: int) -> Record:
        """A department's record: name, parent_id, dept_manager_userid_list."""
        return await self._read("/topapi/v2/department/get", {"dept_id": department_id})

    async def find_user(self, union_id: str) -> str:
        """The user id of a union id."""
        return str((await self._read("/topapi/user/getbyunionid", {"unionid": union_id})).get("userid") or "")

    async def _read(self, path: str, body: Mapping[str, Any]) -> Record:
        result = (await self.calls.call_old(path, body=body, is_counted=False)).get("result")
        if isinstance(result, str):
            # One gateway wraps results in a JSON text.
            try:
                result = json.loads(result)
            except ValueError:
                return {}
        return result if isinstance(result, dict) else {}

    async def _download(self, code: str) -> Media:
        path = "/v1.0/robot/messageFiles/download"
        body = {"downloadCode": code, "robotCode": self._account.robot_code}
        answer = await self.calls.call("POST", path, body=body)
        url = answer.get("downloadUrl")
        if not isinstance(url, str) or not url:
            raise PlatformError(f"{path}: an answer without an address", code="bad_answer")
        data = await self.transport.download(url)
        media_type, ending = sniff(data)
        return Media(
            data=data, media_type=media_type, name=f"{hashlib.sha256(data).hexdigest()[:16]}{ending}"
        )
