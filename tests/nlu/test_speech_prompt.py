"""A prompt holds as many of the first names as fit, each once, and usual words in the rest."""

from __future__ import annotations

from nlu.speech_prompt import MAX_NAMES, MAX_TOKENS, PRIMING, build_prompt


def count_generously(text: str) -> int:
    return 2 * len(text)


def test_names_come_once_and_the_likeliest_last() -> None:
    prompt = build_prompt(["康联", " 德力 ", "康联", "", "张总"], count_tokens=len)
    assert prompt.names == ("张总", "德力", "康联")
    assert prompt.text.endswith("张总、德力、康联。")


def test_too_many_names_are_cut_off() -> None:
    prompt = build_prompt([f"名{n}" for n in range(90)], count_tokens=len)
    assert prompt.names[::-1] == tuple(f"名{n}" for n in range(MAX_NAMES))


def test_long_names_leave_room_for_usual_words() -> None:
    few = build_prompt(["康联"], count_tokens=count_generously)
    many = build_prompt([f"杭州市第{n}人民医院" for n in range(28)], count_tokens=count_generously)
    assert len(few.words) > 5
    assert 0 < len(many.names) < 28
    assert len(many.words) > 5
    assert 1 < len(many.names) < MAX_NAMES
    assert count_generously(many.text) <= MAX_TOKENS


def test_without_names_usual_words_are_primed() -> None:
    prompt = build_prompt((), count_tokens=len)
    assert prompt.text.startswith(PRIMING)
    assert "竞品对比" in prompt.words
    assert "名字" not in prompt.text
