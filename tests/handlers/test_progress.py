"""What a visit moved: a tap keeps it, and none twice in a row brings an offer of words."""

from __future__ import annotations

from tests.handlers.office import Office, last_card, words

PLAIN = "刚拜访完杭州康联，张总嫌太贵，聊了报价，让我周五前发报价"


def tell(office: Office, label: str, note: str = PLAIN) -> str:
    shown = office.tap("liming", office.tap("liming", office.say("liming", note), "确认"), "进展")
    office.wait(minutes=20)
    return words(office.tap("liming", shown, label))


def test_five_answers_one_tap(office: Office) -> None:
    shown = office.tap("liming", office.tap("liming", office.say("liming", PLAIN), "确认"), "进展")
    labels = [button.label for button in last_card(shown).buttons]
    assert labels == ["签试用协议", "确定预算范围", "明确决策流程", "约到高层", "无进展"]
    assert "已记下：杭州康联 · 约到高层" in words(office.tap("liming", shown, "约到高层"))
    (kept,) = office.records()
    assert kept.progress == "senior_meeting"
    with office.look() as uow:
        assert uow.changes.of("visit", kept.id)[-1].at == office.now


def test_none_twice_in_a_row_offers_words(office: Office) -> None:
    assert "要不要看看这几句" not in tell(office, "无进展")
    again = tell(office, "无进展")
    assert "连着两次没有进展" in again
    assert "嫌贵" in again


def test_progress_in_between_ends_the_row(office: Office) -> None:
    tell(office, "无进展")
    tell(office, "约到高层")
    assert "连着两次" not in tell(office, "无进展")


def test_what_the_note_has_told_is_not_asked(office: Office) -> None:
    shown = office.say("liming", PLAIN + "，张总同意试用三台")
    labels = [button.label for button in last_card(office.tap("liming", shown, "确认")).buttons]
    assert "进展" not in labels
