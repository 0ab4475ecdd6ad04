from __future__ import annotations

import numpy as np
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score

from tvau_studio.evaluation.language import (
    Bleu4,
    BleuCounts,
    YesNo,
    bleu4,
    colour_words,
    colours_right,
    from_to,
    is_chinese,
    most_common,
    yes_no,
)

FEW = settings(max_examples=40)

SAID = ["a man in a red coat walks from the left to the right.", "The man runs, fast!", "a cart"]
TRUE = ["a man in a blue coat walks from the left to the right.", "the man runs fast.", "a small white cart"]


def test_bleu_is_sacrebleus_and_says_which() -> None:
    score, signature = bleu4(SAID, TRUE)
    want = sacrebleu.corpus_bleu(SAID, [TRUE])
    assert score == want.score
    assert signature.startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")


def test_chinese_is_cut_into_characters() -> None:
    said, true = ["一个穿红色上衣的人在骑车。"], ["一个穿蓝色上衣的男人在骑车。"]
    score, signature = bleu4(said, true, chinese=True)
    assert score == sacrebleu.corpus_bleu(said, [true], tokenize="zh").score
    assert score > 40
    assert "tok:zh" in signature
    assert is_chinese(said[0])
    assert not is_chinese("café")


def test_the_reference_figure_of_two_sentences() -> None:
    """An identical sentence scores 100, a foreign one 0, and nothing has no score."""
    assert bleu4(["one two three four five"], ["one two three four five"])[0] == pytest.approx(100)
    assert bleu4(["six seven"], ["one two three four five"])[0] == 0
    assert bleu4([""], ["one two three four five"])[0] == 0
    assert bleu4([], []) == (None, "")


words = st.lists(st.sampled_from(["a", "man", "cart", "runs", "red", "left", ",", "."]), max_size=9).map(" ".join)


@FEW
@given(st.lists(st.tuples(words, words.filter(bool)), min_size=1, max_size=5), st.data())
def test_sums_of_sentences_are_corpus_bleu(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    scorer = Bleu4()
    times = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)).filter(any))
    table = np.array([scorer.counts(said, true).numbers for said, true in rows])
    total = BleuCounts.of(np.array(times) @ table)
    assert BleuCounts.of(table[0]) == scorer.counts(*rows[0])
    repeated = [row for row, n in zip(rows, times, strict=True) for _ in range(n)]
    want = sacrebleu.corpus_bleu([said for said, _ in repeated], [[true for _, true in repeated]])
    assert total.n == len(repeated)
    assert total.score == pytest.approx(want.score)


def test_yes_and_no_are_counted_and_what_says_neither_is_wrong() -> None:
    got = yes_no(
        ["Yes, a man.", "No.", "有，一个人。", "Perhaps.", "No.", "Yes."], [True, True, True, False, False, False]
    )
    assert got == YesNo(right_yes=2, yes=3, right_no=1, no=3, unparsed=1)
    assert got.accuracy == 0.5
    assert got.balanced == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert YesNo().accuracy is None
    assert yes_no(["Yes."], [True]).balanced is None


@FEW
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_balanced_accuracy_is_that_of_sklearn(rows: list[tuple[bool, bool]]) -> None:
    got = yes_no(["Yes." if said else "No." for said, _ in rows], [true for _, true in rows])
    assert got.n == len(rows)
    if len({true for _, true in rows}) == 2:
        assert got.balanced == pytest.approx(balanced_accuracy_score([t for _, t in rows], [s for s, _ in rows]))


@pytest.mark.parametrize(
    ("told", "true", "want"),
    [
        ([("left", "right")], [("left", "right")], [(True, True)]),
        ([("left", "top")], [("left", "right")], [(True, False)]),
        ([], [("left", "right")], [(False, False)]),
        ([("left", "right")], [], []),
        ([("top", "bottom"), ("left", "right")], [("left", "right"), ("top", "bottom")], [(True, True), (True, True)]),
        ([("left", "right")], [("left", "top"), ("left", "right")], [(False, False), (True, True)]),
        ([("left", "right"), ("left", "right")], [("left", "right")], [(True, True)]),
    ],
)
def test_told_and_true_targets_are_matched_once_each(told: list, true: list, want: list) -> None:
    assert from_to(told, true) == want


moves = st.lists(st.tuples(*[st.sampled_from(["left", "middle", "right"])] * 2), max_size=3)


@FEW
@given(moves, moves)
def test_no_match_does_better(told: list, true: list) -> None:
    from itertools import permutations

    padded = told + [("", "")] * len(true)
    best = max(
        sum((a == c) + (b == d) for (a, b), (c, d) in zip(true, order, strict=False))
        for order in permutations(padded, len(true))
    )
    assert sum(a + b for a, b in from_to(told, true)) == best


def test_colours_in_both_languages() -> None:
    assert colour_words("A man in a dark-blue coat and GRAY trousers") == ["dark blue", "grey"]
    assert colour_words("穿深蓝色外套和褐色裤子的人，白天，红衣，白车") == ["深 蓝", "棕", "红", "白"]
    assert colour_words("a reddish, tanned driver") == []


def test_colours_count_by_their_place() -> None:
    assert colours_right("red coat, blue trousers", "red coat, blue trousers") == (2, 2)
    assert colours_right("blue coat, red trousers", "red coat, blue trousers") == (0, 2)
    assert colours_right("red red red red", "red coat, blue trousers") == (1, 2)
    assert colours_right("a coat", "red coat") == (0, 1)
    assert colours_right("light blue coat", "dark blue coat") == (0, 1)
    assert colours_right("red coat", "a coat") == (0, 0)


def test_the_most_common_answer() -> None:
    assert most_common(["No.", "Yes.", "Yes."]) == "Yes."
    assert most_common([]) is None
