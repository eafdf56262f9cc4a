"""The calls of the fake of DingTalk that ask for JSON and answer with JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from tests.fakes.dingtalk_books import ROBOT_CODE, Books

Answer = dict[str, Any]
OPEN_SPACE = "dtv1.card//IM_ROBOT."


class Refused(Exception):
    """An error answer; the old API tells its errors with status 200."""

    def __init__(self, status: int, **answer: Any) -> None:
        super().__init__(str(answer))
        self.status = status
        self.answer = {"requestid": "ED20-0000", **answer} if status != 200 else answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Whoever answers the calls."""

    books: Books
    base: str
    template_id: str

    def work(self, method: str, path: str, body: Answer, query: dict[str, str]) -> Answer:
        """Do it. Raises Refused."""
        calls = {
            ("POST", "v1.0/robot/oToMessages/batchSend"): self.send_people,
            ("POST", "v1.0/robot/groupMessages/send"): self.send_group,
            ("POST", "v1.0/robot/otoMessages/batchRecall"): self.recall,
            ("POST", "v1.0/robot/messageFiles/download"): self.find_file,
            ("POST", "v1.0/card/instances/createAndDeliver"): self.create_card,
            ("POST", "v1.0/card/instances"): self.make_card,
            ("PUT", "v1.0/card/instances"): self.update_card,
            ("POST", "v1.0/card/callbacks/register"): self.register_callback,
            ("POST", "topapi/v2/user/get"): self.read_user,
            ("POST", "topapi/v2/department/get"): self.read_department,
            ("POST", "topapi/user/getbyunionid"): self.find_user,
        }
        if path in ("robot/sendBySession", "robot/send"):
            return self.push(path, body, query)
        if (method, path) not in calls:
            self.books.violations.append(f"unknown path {method} {path}")
            raise Refused(404, code="InvalidAction.NotFound")
        return calls[method, path](body)

    def send_people(self, body: Answer) -> Answer:
        """oToMessages/batchSend."""
        self._check_robot(body)
        users = body.get("userIds") or []
        if not users:
            raise Refused(400, code="invalidParameter.userIds.empty")
        if len(users) > 20:
            raise Refused(400, code="invalidParameter.userIds.overMax")
        fields = self._check_template(body)
        key = self.books.next_name("Zm9vYmFy")
        bad = [user for user in users if not self._reachable(user)]
        slow = [user for user in users if user in self.books.throttled]
        for user in users:
            if user not in bad and user not in slow:
                self.books.put(user, via="robot", kind=body["msgKey"], fields=fields, key=key)
        return {"processQueryKey": key, "invalidStaffIdList": bad, "flowControlledStaffIdList": slow}

    def send_group(self, body: Answer) -> Answer:
        """groupMessages/send."""
        self._check_robot(body)
        if body.get("openConversationId") not in self.books.groups:
            raise Refused(400, code="invalid.openConversationId")
        key, fields = self.books.next_name("R3JvdXA"), self._check_template(body)
        self.books.put(body["openConversationId"], via="group", kind=body["msgKey"], fields=fields, key=key)
        return {"processQueryKey": key}

    def recall(self, body: Answer) -> Answer:
        """otoMessages/batchRecall."""
        self._check_robot(body)
        done, failed = [], {}
        for key in body["processQueryKeys"]:
            found = self.books.find_key(key)
            if not found or self.books.now() - found[0].at > timedelta(hours=24):
                failed[key] = "processQueryKey.expireTime"
                continue
            for sent in found:
                sent.recalled = True
            done.append(key)
        return {"successResult": done, "failedResult": failed}

    def find_file(self, body: Answer) -> Answer:
        """messageFiles/download."""
        self._check_robot(body)
        if body.get("downloadCode") not in self.books.files:
            raise Refused(400, code="invalidParameter.robotCode.downloadCode")
        return {"downloadUrl": f"{self.base}/files/{body['downloadCode']}.file?Expires=1&Signature=x"}

    def make_card(self, body: Answer) -> Answer:
        """POST card/instances: a card that nobody gets."""
        if body.get("cardTemplateId") != self.template_id:
            raise Refused(400, code="param.templateNotExist")
        track_id = body.get("outTrackId", "")
        if not track_id or len(track_id) > 100:
            raise Refused(400, code="param.outTrackIdEmpty")
        if self.books.find_key(track_id):
            raise Refused(400, code="param.cardAlreadyExist")
        route = body.get("callbackRouteKey")
        kind = body.get("callbackType")
        if kind not in ("STREAM", "HTTP") or (kind == "HTTP" and route not in self.books.callbacks):
            self.books.violations.append("a card that calls nobody back")
        self._check_params(body)
        return {"success": True, "result": track_id}

    def register_callback(self, body: Answer) -> Answer:
        """card/callbacks/register."""
        self.books.callbacks[body["callbackRouteKey"]] = (body["callbackUrl"], body["apiSecret"])
        return {"success": True, "result": {"callbackUrl": body["callbackUrl"]}}

    def create_card(self, body: Answer) -> Answer:
        """card/instances/createAndDeliver."""
        track_id = self.make_card(body)["result"]
        params, user = self._check_params(body), str(body.get("openSpaceId", "")).removeprefix(OPEN_SPACE)
        reached = self._reachable(user)
        carrier = self.books.next_name("Q2Fy")
        if reached:
            self.books.put(user, via="card", kind="card", fields=params, key=track_id).carrier = carrier
        result = {"spaceType": "IM_ROBOT", "spaceId": user, "success": reached, "carrierId": carrier}
        return {"success": True, "result": {"outTrackId": track_id, "deliverResults": [result]}}

    def update_card(self, body: Answer) -> Answer:
        """PUT card/instances."""
        found = self.books.find_key(str(body.get("outTrackId")))
        if not found:
            raise Refused(400, code="param.cardNotExist")
        params = self._check_params(body)
        by_key = (body.get("cardUpdateOptions") or {}).get("updateCardDataByKey")
        found[0].fields = {**found[0].fields, **params} if by_key else params
        found[0].updates += 1
        return {"success": True, "result": True}

    def push(self, path: str, body: Answer, query: dict[str, str]) -> Answer:
        """A session webhook, or a group's."""
        if path == "robot/send":
            user, until = f"group:{query.get('access_token')}", None
        else:
            user, until = self.books.sessions.get(query.get("session", ""), ("", self.books.now()))
        if until and until <= self.books.now():
            return {"errcode": 300001, "errmsg": "session 不存在"}
        kind = body.get("msgtype", "")
        needed = {"text": {"content"}, "markdown": {"title", "text"}, "actionCard": {"title", "text"}}
        if kind not in needed or not needed[kind] <= set(body.get(kind) or {}):
            return {"errcode": 40035, "errmsg": "bad body"}
        # A number in most answers, a string in one documented sample.
        self.books.put(user, via="session", kind=kind, fields=body[kind])
        return {"errcode": "0", "errmsg": "ok"}

    def upload(self, kind: str, part: object) -> Answer:
        """media/upload."""
        if kind not in ("image", "voice", "video", "file"):
            return {"errcode": 40004, "errmsg": "bad type"}
        if not isinstance(part, web.FileField):
            return {"errcode": 40035, "errmsg": "no media"}
        data = part.file.read()
        if len(data) > 20 * 1024 * 1024:
            return {"errcode": 40006, "errmsg": "bad size"}
        media_id = self.books.next_name("@lADPDf")
        self.books.uploads[media_id] = (part.filename, data)
        return {"errcode": 0, "errmsg": "ok", "media_id": media_id, "type": kind}

    def read_user(self, body: Answer) -> Answer:
        """user/get."""
        person = self.books.people.get(body.get("userid", ""))
        if person is None or not person.visible:
            raise Refused(200, errcode=60121, errmsg="not found")
        return {
            "errcode": 0,
            "errmsg": "ok",
            "result": {
                "userid": person.user_id,
                "unionid": f"union-{person.user_id}",
                "name": person.name,
                "dept_id_list": list(person.departments),
                "manager_userid": person.manager,
                "active": person.active,
            },
        }

    def read_department(self, body: Answer) -> Answer:
        """department/get."""
        found = self.books.departments.get(body.get("dept_id", 0))
        if found is None:
            raise Refused(200, errcode=60003, errmsg="not found")
        managers = list(found.managers)
        result = {
            "dept_id": body["dept_id"],
            "name": found.name,
            "parent_id": found.parent,
            "dept_manager_userid_list": managers,
        }
        return {"errcode": 0, "errmsg": "ok", "result": result}

    def find_user(self, body: Answer) -> Answer:
        """getbyunionid."""
        user_id = str(body.get("unionid", "")).removeprefix("union-")
        return {"errcode": 0, "errmsg": "ok", "result": {"userid": user_id, "contact_type": 0}}

    def _reachable(self, user_id: str) -> bool:
        person = self.books.people.get(user_id)
        return person is not None and person.visible and person.active

    def _check_robot(self, body: Answer) -> None:
        if body.get("robotCode") != ROBOT_CODE:
            raise Refused(400, code="invalidParameter.robotCode.auth")

    def _check_template(self, body: Answer) -> Answer:
        code, fields = self.books.check_template(body.get("msgKey"), body.get("msgParam"))
        if code:
            raise Refused(400, code=code)
        return fields

    def _check_params(self, body: Answer) -> Answer:
        params: Answer = (body.get("cardData") or {}).get("cardParamMap") or {}
        if not params or not all(isinstance(value, str) for value in params.values()):
            raise Refused(400, code="param.invalid")
        return params
