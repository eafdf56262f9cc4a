"""Quick replies: what a tap makes the person say, and what is not one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quick_replies import make_code, read_quick_reply, write_quick_reply

CODE = make_code("visit:42", "visit.confirm:42")


@pytest.mark.parametrize("label", ["确认", "改客户：杭州康联", "发 3 份", "①", "要 #1 的"])
def test_what_is_written_is_read(label: str) -> None:
    said = write_quick_reply(label, CODE)
    assert read_quick_reply(said) == CODE
    assert read_quick_reply(f"  {said}\n") == CODE


@pytest.mark.parametrize(
    "text", ["确认", "1", "刚拜访完杭州康联 #V1001", f"确认 #{CODE}", f"确认 #{CODE}AA", "型号 #ABCDEFGH", ""]
)
def test_other_texts_are_no_quick_replies(text: str) -> None:
    assert read_quick_reply(text) is None


def test_the_words_belong_to_the_code() -> None:
    said = write_quick_reply("确认", CODE)
    assert read_quick_reply(said.replace("确认", "撤销")) is None


def test_each_button_of_each_card_has_its_own_code() -> None:
    keys = [
        (card, action) for card in ("visit:1", "visit:2") for action in ("visit.confirm:1", "visit.undo:1")
    ]
    assert len({make_code(*key) for key in keys}) == 4


@given(st.text(min_size=1).filter(lambda text: text.strip() != ""), st.text(), st.text())
def test_any_label_comes_back(label: str, card_key: str, action: str) -> None:
    code = make_code(card_key, action)
    assert read_quick_reply(write_quick_reply(label, code)) == code
