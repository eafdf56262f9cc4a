"""Phantom phrases go, words stay; the text is simplified and punctuated."""

from __future__ import annotations

import pytest

from nlu.simplify import simplify
from nlu.speech_filters import drop_phantoms, tidy_text

PHANTOMS = [
    ("谢谢观看", ""),
    ("谢谢大家观看！", ""),
    ("感谢收看。", ""),
    ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", ""),
    ("请不吝点赞，订阅，转发，打赏支持明镜与点点栏目。", ""),
    ("字幕由Amara.org社区提供", ""),
    ("中文字幕志愿者 李宗盛", ""),
    ("字幕by索兰娅", ""),
    ("优优独播剧场——YoYo Television Series Exclusive", ""),
    ("Thanks for watching!", ""),
    ("今天去了德力，谢谢观看。", "今天去了德力，"),
    ("谢谢观看。今天去了德力。", "今天去了德力。"),
    ("张总说谢谢我们的方案。", "张总说谢谢我们的方案。"),
    ("谢谢。", "谢谢。"),
    ("客户做字幕设备，要三套。", "客户做字幕设备，要三套。"),
    ("字幕机报价发过去。", "字幕机报价发过去。"),
    ("他们订阅了我们的服务，想再点赞助两场。", "他们订阅了我们的服务，想再点赞助两场。"),
    ("", ""),
]

TIDY = [
    ("剛拜訪完,讓我發三份報價", "刚拜访完，让我发三份报价"),
    ("西门子 西门子报价低", "西门子，西门子报价低"),
    ("真的吗?好的!", "真的吗？好的！"),
    ("价格1,285,000元", "价格1,285,000元"),
    ("低8%,明天发", "低8%，明天发"),
    ("约了9:30见", "约了9:30见"),
    ("要 CT 和 DR 两台", "要 CT 和 DR 两台"),
    ("  软件和軟體  ", "软件和软体"),
    ("乾隆 著名 乾淨", "乾隆，著名，干净"),
]


@pytest.mark.parametrize(("text", "rest"), PHANTOMS)
def test_phantoms_are_dropped_and_words_are_not(text: str, rest: str) -> None:
    assert drop_phantoms(text) == rest


@pytest.mark.parametrize(("text", "tidy"), TIDY)
def test_text_is_simplified_and_punctuated(text: str, tidy: str) -> None:
    assert tidy_text(text) == tidy


def test_simplified_text_stays_as_it_is() -> None:
    text = "宁波德力的王工说他们也在看西门子，百分之八。"
    assert simplify(text) == text
