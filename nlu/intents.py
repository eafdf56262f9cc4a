"""Tells what a person wants with a message; a report is never swallowed by a question or a greeting."""

from __future__ import annotations

import re

from bot.domain.understanding import Intent
from nlu.tables import any_of, read_table

_TABLE = read_table("intents")
_POLITE = r"(?:请|麻烦|帮我|帮忙|把|给我|那就?|好吧?,?|算了,?)*"
_ANY_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z\d]")
_UNDO = re.compile(
    rf"{_POLITE}(?:撤销|撤回|撤了|回退|undo|取消(?=$|[,。!了吧])|取消(?:刚才|上一?条|上一步|这一?条|那一?条)|(?:刚才|上一?条|刚刚)(?:的|那条|那个|这条|说的|记的|发的)*"
    r"(?:不算|作废|取消|撤销|撤回|撤掉|删掉|删了|别记)|删掉(?:刚才|上一?条)|(?:刚才|上一条)那?条?别记)"
    r"(?:刚才|上一?条|上一步|这一?条|那一?条|的|那个|记录|操作|一下|掉|了|吧|,|。|!|\s)*",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^(?:哦|啊|呀|等下|等等|稍等|嗯|,|\s)*(?:不对|不是的?[,。 ]|错了|搞错了|写错了|记错了|说错了|弄错了|"
    r"更正|纠正|修改一下|改一下|改为|改成|"
    r"应该是|不是.{1,16}[,，]?(?:而)?是|(?:截止|截止日期|时间|日期|客户|联系人|决策人|主题|金额|下一步|跟进|动作|竞品)(?:时间|日期|动作)?(?:改成|改为|改到|应该是|不是|错了|写错|弄错|是|换成|记错))"
)
_SUPPLEMENT = re.compile(
    r"^(?:嗯|哦|啊|,|\s)*(?:再)?(?:补充|补一[句条点个下]|补记|加一[句条点]|追加一[句条点]|还有一[点句个件]|忘了说|忘说了|漏了一?[点句条]?|对了,?补)"
)
_QUERY = re.compile(
    r"(?:今天|明天|本周|这周|下周|今日|这个月|最近|我)?.{0,6}?(?:有(?:什么|啥|哪些|几个|多少|没有)(?:安排|任务|待办|要做|事|客户|提醒|跟进|拜访|商机|到期)(?!在|都|已经|说|要|没|也)|要(?:做|干)(?:什么|啥)|"
    r"该(?:做|跟进|联系)(?:什么|谁|哪)|(?:还有)?(?:几个|多少|哪些)(?:客户|待办|任务|商机|没|还没|到期)(?!在|都|已经|说|要|也))|^(?:查(?![了过完出到])|看看|看一下|帮我查|列出|搜)|"
    r"(?:怎么(?:用|撤销|修改|改|办|绑定|记|查|写)|什么时候到期|是谁|在哪(?:里|儿)?|是多少|到哪一?步了|进展(?:如何|怎么样)|什么情况|哪个阶段)[了的呢吗啊?]*$|(?:你|机器人)(?:能|会|可以)(?:做|干|帮)"
)
_SMALL_TALK = re.compile(
    rf"(?:{any_of(_TABLE['small_talk'])}|嗯+|哦+|哈+|呵+|嘿+|[啊呀吧呢啦哦嘛的了吗]|[,。!?~、\s…])+",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"说|拜访|见了|见到|去了|聊|谈|让我|要我|发|寄|报价|合同|签|样品|客户那边|预算|跟进|给[他她]|电话"
)
_LONGEST_QUERY = 40
_LONGEST_CORRECTION = 80


def tell_intent(text: str, *, has_actions: bool) -> Intent:
    """The intent of a plain (normalised) message; `has_actions` where our side has to do something."""
    words = text.strip()
    if not _ANY_WORD.search(words):
        return Intent.NOTHING
    if _UNDO.fullmatch(words):
        return Intent.UNDO
    if len(words) <= _LONGEST_CORRECTION and _CORRECTION.match(words):
        return Intent.CORRECTION
    if _SUPPLEMENT.match(words):
        return Intent.SUPPLEMENT
    if _SMALL_TALK.fullmatch(words):
        return Intent.SMALL_TALK
    if len(words) <= _LONGEST_QUERY and _QUERY.search(words) and not has_actions and not _tells(words):
        return Intent.QUERY
    return Intent.REPORT


def _tells(words: str) -> bool:
    """Whether it reports rather than asks, in spite of a question word."""
    asks = _ASKS.search(words) and not _QUOTES.search(words)
    return bool(_REPORTS.search(re.sub(r"^(?:查|看|帮我|列出).{0,4}", "", words))) and not asks


_ASKS = re.compile(r"(?:[?吗]|是多少|是谁|在哪[里儿]?)$")
_QUOTES = re.compile(r"[问说让要](?!什么)")
