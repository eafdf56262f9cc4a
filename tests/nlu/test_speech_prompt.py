"""A prompt holds as many of the first names as fit, each once."""

from __future__ import annotations

from nlu.speech_prompt import MAX_NAMES, MAX_TOKENS, PRIMING, build_prompt, choose_names


def test_names_keep_their_order_and_come_once() -> None:
    assert choose_names(["康联", " 德力 ", "康联", "", "张总"], count_tokens=len) == ("康联", "德力", "张总")


def test_too_many_names_are_cut_off() -> None:
    assert choose_names([f"名{n}" for n in range(90)], count_tokens=len)[-1] == f"名{MAX_NAMES - 1}"


def test_long_names_stay_inside_the_tokens() -> None:
    def count(text: str) -> int:
        return 3 * len(text)

    names = choose_names([f"杭州市第{n}人民医院有限公司" for n in range(28)], count_tokens=count)
    assert 1 < len(names) < MAX_NAMES
    assert count(build_prompt(names)) <= MAX_TOKENS


def test_without_names_the_priming_sentence_stands_alone() -> None:
    assert build_prompt(()) == PRIMING
    assert build_prompt(("康联", "张总")).endswith("康联、张总。")
