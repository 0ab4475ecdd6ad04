from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.answers import REGIONS_ZH, Answer, read_answer, region_words, sureness
from tvau_studio.domain.dialogue import Target, trajectory_text, turns
from tvau_studio.domain.geometry import REGIONS
from tvau_studio.domain.labels import EVENTS, LANGUAGES


@pytest.mark.parametrize(
    ("text", "anomaly"),
    [
        ("Yes, a man in red is running.", True),
        ("  “No. The video is calm.”", False),
        ("NO", False),
        ("ｙｅｓ", True),
        ("I would say yes here.", True),
        ("There is no anomaly.", False),
        ("Nothing unusual. Yes?", None),
        ("Notably, a man walks.", None),
        ("没有异常。", False),
        ("有，一个人在跑。", True),
        ("无", False),
        ("是的", True),
        ("未发现异常", False),
        ("无法判断是否有异常。", None),
        ("不确定，可能有异常。", None),
        ("一个人在跑", None),
        ("", None),
    ],
)
def test_yes_and_no(text: str, anomaly: bool | None) -> None:
    assert read_answer(text).anomaly is anomaly


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("Yes, a cyclist moves from the left to the bottom-right.", [("left", "bottom-right")]),
        ("It goes from top left corner, slowly, to the center.", [("top-left", "middle")]),
        ("One runs from left to right. Another from top to bottom.", [("left", "right"), ("top", "bottom")]),
        ("He comes from the left. A bag lies to the right.", []),
        ("从左上角移动到右侧。", [("top-left", "right")]),
        ("从画面左移动到中间", [("left", "middle")]),
        ("No.", []),
        ("Yes, one comes from the left; another goes to the right.", []),
        ("有，一人从左侧走来；另一人走到右侧。", []),
    ],
)
def test_from_and_to(text: str, moves: list[tuple[str, str]]) -> None:
    assert list(read_answer(text).moves) == moves


@given(st.integers(0, 8), st.integers(0, 8))
def test_every_region_is_read_in_both_languages(a: int, b: int) -> None:
    want = ((REGIONS[a], REGIONS[b]),)
    assert read_answer(f"from {REGIONS[a]} to {REGIONS[b]}").moves == want
    assert read_answer(f"从{REGIONS_ZH[a]}到{REGIONS_ZH[b]}。").moves == want


@given(
    st.sampled_from(LANGUAGES),
    st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from(REGIONS), st.sampled_from(EVENTS)), max_size=3),
)
def test_what_the_dialogue_says_is_read_back(language: str, moves: list[tuple[str, str, str]]) -> None:
    look = {"en": "A man in a red coat", "zh": "一个穿红色上衣的人"}[language]
    targets = [Target(event, look, {"en": "rides", "zh": "骑行"}[language], a, b) for a, b, event in moves]
    said = turns(bool(targets), targets, "", language)[0].answer
    assert read_answer(said) == Answer(bool(targets), tuple((a, b) for a, b, _ in moves))


@given(st.sampled_from(LANGUAGES), st.lists(st.sampled_from(REGIONS), min_size=2, max_size=9))
def test_both_ends_of_a_trajectory_are_read_back(language: str, way: list[str]) -> None:
    said = f"{trajectory_text(way, language)}."
    assert read_answer(said).moves == ((way[0], way[-1]),)


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    read_answer(text)


def test_where_a_text_names_regions() -> None:
    text = "From the Top Left, not the upleft, to the centre; 从左上到右侧。"
    assert [(text[a:b], region) for a, b, region in region_words(text)] == [
        ("Top Left", "top-left"),
        ("centre", "middle"),
        ("左上", "top-left"),
        ("右侧", "right"),
    ]


@pytest.mark.parametrize(
    ("p_yes", "said"),
    [
        (0.0, "no"),
        (0.34, "no"),
        (0.36, "uncertain"),
        (0.5, "uncertain"),
        (0.64, "uncertain"),
        (0.66, "yes"),
        (1.0, "yes"),
    ],
)
def test_near_a_half_is_no_answer(p_yes: float, said: str) -> None:
    assert sureness(p_yes) == said
