"""The bodies that DingTalk pushes, of every kind of the contract's section 3."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.dingtalk_books import ROBOT_CODE

ROOM = "cid7Hs3f9Qm2aBcD=="
"""The one group chat."""
CORP_ID = "ding7c1f00aa"
BOT_ID = "$:LWCP_v1:$Bot9"


def ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def message(
    user_id: str,
    kind: str,
    *,
    at: datetime,
    msg_id: str,
    session: str = "",
    is_group: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """A robot message; `more` are the fields that differ by kind."""
    body: dict[str, Any] = {
        "msgtype": kind,
        "msgId": msg_id,
        "createAt": ms(at),
        "conversationType": "2" if is_group else "1",
        "conversationId": ROOM if is_group else f"cidSingle-{user_id}==",
        "senderId": "$:LWCP_v1:$Zx0pQ1w2E3",
        "senderNick": "李晓",
        "senderStaffId": user_id,
        "senderCorpId": CORP_ID,
        "chatbotCorpId": CORP_ID,
        "chatbotUserId": BOT_ID,
        "robotCode": ROBOT_CODE,
        "sessionWebhook": session,
        "sessionWebhookExpiredTime": ms(at + timedelta(minutes=90)) if session else None,
    }
    if is_group:
        body |= {
            "conversationTitle": "华东一区销售群",
            "isInAtList": True,
            "atUsers": [{"dingtalkId": BOT_ID, "staffId": "", "unionId": ""}],
        }
    return body | more


def text(words: str) -> dict[str, Any]:
    """The fields of a text."""
    return {"text": {"content": words}}


def audio(code: str, *, recognition: str | None = None, seconds: float | None = 14) -> dict[str, Any]:
    """The fields of a voice note."""
    content: dict[str, Any] = {"downloadCode": code}
    if seconds is not None:
        content["duration"] = round(seconds * 1000)
    if recognition is not None:
        content["recognition"] = recognition
    return {"content": content}


def press(user_id: str, track_id: str, params: dict[str, Any]) -> dict[str, Any]:
    """A press on an interactive card."""
    content = json.dumps({"cardPrivateData": {"actionIds": ["btn"], "params": params}}, ensure_ascii=False)
    return {
        "type": "actionCallback",
        "outTrackId": track_id,
        "corpId": CORP_ID,
        "userId": user_id,
        "userIdType": 1,
        "spaceId": "cid8Kd==",
        "spaceType": "im",
        "extension": "{}",
        "content": content,
        "value": content,
    }
