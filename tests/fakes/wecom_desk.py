"""The calls of the fake of WeCom that ask for JSON and answer with JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.fakes.wecom_books import CARDS_WITH_CODE, Books, Member
from tests.fakes.wecom_card_rules import check_card

Answer = dict[str, Any]
Work = Callable[[dict[str, str], dict[str, Any], str], Answer]
GROUP_LIMIT = 20


def refuse(code: int, errmsg: str = "refused") -> Answer:
    """An error, as the platform words it."""
    return {"errcode": code, "errmsg": errmsg}


def accept(**fields: Any) -> Answer:
    """A success."""
    return {"errcode": 0, "errmsg": "ok", **fields}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Whoever answers the calls."""

    books: Books
    agent_id: int
    robot_key: str

    def work(self, method: str, path: str) -> Work | None:
        """The one that does it, None for a call that does not exist."""
        return {
            ("POST", "message/send"): self.send,
            ("POST", "message/update_template_card"): self.update_card,
            ("POST", "message/recall"): self.recall,
            ("GET", "user/get"): self.read_user,
            ("GET", "user/simplelist"): self.list_members,
            ("GET", "department/get"): self.read_department,
            ("GET", "department/simplelist"): self.list_departments,
            ("GET", "agent/get"): self.read_agent,
            ("GET", "getcallbackip"): self.list_addresses,
            ("POST", "webhook/send"): self.push,
        }.get((method, path))

    def send(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """message/send."""
        if not isinstance(body.get("agentid"), int) or body["agentid"] != self.agent_id:
            return refuse(40056, "invalid agentid")
        msgtype, to = body.get("msgtype", ""), body.get("touser", "")
        if not isinstance(to, str) or not to:
            return refuse(40031)
        if not isinstance(body.get(msgtype), dict):
            return refuse(40008)
        if "\\u" in raw:
            return refuse(40033)
        users = [user.lower() for user in to.split("|")]
        good = [user for user in users if self.books.reachable(user) and self.books.members[user].licensed]
        seats = {user for user in users if self.books.reachable(user)} - set(good)
        if not good and not seats:
            return refuse(81013, "all recipients invalid")
        if body.get("enable_duplicate_check") and (
            before := self.books.find_duplicate(raw, body.get("duplicate_check_interval", 1800))
        ):
            return accept(msgid=before.msgid)
        if code := self.books.check(msgtype, body[msgtype]):
            return refuse(code)
        answer = accept(
            invaliduser="|".join(user for user in users if user not in good and user not in seats),
            invalidparty="",
            invalidtag="",
            unlicenseduser="|".join(sorted(seats)),
        )
        for user in good:
            sent = self.books.deliver(user, msgtype, body[msgtype], raw=raw)
            answer["msgid"] = sent.msgid
            if body[msgtype].get("card_type") in CARDS_WITH_CODE:
                answer["response_code"] = self.books.issue_code(sent)
        return answer

    def update_card(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """message/update_template_card."""
        users = body.get("userids")
        if not isinstance(users, list) or not users:
            return refuse(82101)
        card = body.get("template_card")
        if card and (code := check_card(card, self.books.violations, task_ids=set(), is_update=True)):
            return refuse(code)
        sent = self.books.spend_code(str(body.get("response_code")), users[0])
        if sent is None:
            return refuse(60140, "invalid response_code")
        if not self.books.reachable(users[0]):
            return accept(invaliduser=users)
        sent.updates += 1
        if card:
            # Without a task_id of its own, the card keeps the one that it was sent with.
            sent.content = {"task_id": sent.content.get("task_id"), **card}
        else:
            sent.greyed = body["button"]["replace_name"]
        return accept(invaliduser=[])

    def recall(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """message/recall."""
        found = [sent for sent in self.books.sent if sent.msgid == body.get("msgid")]
        if not found:
            return refuse(40058)
        if self.books.now() - found[0].at > timedelta(hours=24):
            return refuse(42052)
        found[0].recalled = True
        return accept()

    def read_user(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """user/get."""
        member = self.books.members.get(query.get("userid", "").lower())
        if member is None or not member.visible:
            return refuse(60111, "userid not found")
        return accept(
            userid=member.user_id,
            name=member.name,
            department=list(member.departments),
            order=[0 for _ in member.departments],
            position="",
            is_leader_in_dept=[
                int(member.user_id in self.books.departments[each].leaders) for each in member.departments
            ],
            direct_leader=[each for each in member.direct_leader if self._is_visible(each)],
            main_department=member.departments[0],
            status=member.status,
            alias="",
        )

    def list_members(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """user/simplelist."""
        department_id = int(query.get("department_id", "0"))
        listed: list[Member] = [
            each for each in self.books.members.values() if each.visible and department_id in each.departments
        ]
        users = [
            {"userid": one.user_id, "name": one.name, "department": [*one.departments]} for one in listed
        ]
        return accept(userlist=users)

    def read_department(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """department/get."""
        found = self.books.departments.get(int(query.get("id", "0")))
        if found is None:
            return refuse(60123)
        leaders = [user for user in found.leaders if self._is_visible(user)]
        record = {"id": found.id, "name": found.name, "parentid": found.parent_id, "order": 1}
        return accept(department={**record, "department_leader": leaders})

    def list_departments(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """department/simplelist."""
        listed = [
            {"id": one.id, "parentid": one.parent_id, "order": 1} for one in self.books.departments.values()
        ]
        return accept(department_id=listed)

    def read_agent(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """agent/get."""
        if query.get("agentid") != str(self.agent_id):
            return refuse(301002)
        users = [{"userid": one.user_id} for one in self.books.members.values() if one.visible]
        return accept(
            agentid=self.agent_id,
            name="跟进",
            allow_userinfos={"user": users},
            allow_partys={"partyid": [1]},
            allow_tags={"tagid": []},
            close=0,
            report_location_flag=0,
            isreportenter=1,
        )

    def list_addresses(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """getcallbackip."""
        return accept(ip_list=["101.226.103.*", "101.226.62.*"])

    def push(self, query: dict[str, str], body: dict[str, Any], raw: str) -> Answer:
        """webhook/send."""
        if query.get("key") != self.robot_key:
            return refuse(93000, "invalid webhook url")
        now = self.books.now()
        recent = [at for at in self.books.group_times if at > now - timedelta(minutes=1)]
        if len(recent) >= GROUP_LIMIT:
            return refuse(45009, "api freq out of limit")
        limit = 4096 if str(body.get("msgtype", "")).startswith("markdown") else 2048
        words = body.get(body.get("msgtype", ""), {}).get("content", "")
        if not words:
            return refuse(93017)
        if len(words.encode()) > limit:
            return refuse(40058)
        self.books.group_times.append(now)
        self.books.group.append(body)
        return accept()

    def _is_visible(self, user_id: str) -> bool:
        member = self.books.members.get(user_id)
        return member is not None and member.visible
