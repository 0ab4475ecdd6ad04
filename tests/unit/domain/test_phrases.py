"""What was written is offered again, the likeliest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.labels import EVENTS, LANGUAGES
from tvau_studio.domain.phrases import Book, Phrase, next_blank, templates

BOOK = Book(
    [
        Phrase("a man in red, with a bag", "person running", 2),
        Phrase("a man in blue", None, 5),
        Phrase("A woman in green; carries a bag on wheels", "person running"),
        Phrase("穿红衣的男人，背着包", "person running"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "event", "rest"),
    [
        ("a man in ", "person running", "red, with a bag"),  # best for this class
        ("a man in ", None, "blue"),
        ("A MAN IN b", "person running", "lue"),
        ("  a wom", None, "an in green; carries a bag on wheels"),
        ("somebody, with", None, " a bag"),
        ("a boy; carr", None, "ies a bag on wheels"),
        ("穿", None, "红衣的男人，背着包"),
        ("小孩，背", None, "着包"),
        ("x", None, ""),
        ("a", None, ""),
        ("", None, ""),
        ("a man in blue", None, ""),
    ],
)
def test_how_a_text_goes_on(typed: str, event: str | None, rest: str) -> None:
    assert BOOK.complete(typed, event) == rest


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=40), max_size=8))
def test_what_is_offered_was_written_before(typed: str, known: list[str]) -> None:
    book = Book(Phrase(text) for text in known)
    rest = book.complete(typed)
    if rest:
        assert any(text.strip().endswith(rest) or rest in text for text in known)
    assert set(book.best(None)) == {t.strip() for t in known if t.strip()} or len(book) > 12


def test_the_best_come_first_and_long_ones_never() -> None:
    assert BOOK.best("person running", 2) == ["a man in red, with a bag", "穿红衣的男人，背着包"]
    assert BOOK.best(None)[0] == "a man in blue"
    book = Book()
    book.add("x" * 400)
    book.add("   ")
    assert not len(book)
    book.add("one")
    book.add("one")
    book.add("two two")
    assert book.best(None) == ["one", "two two"]


@pytest.mark.parametrize("field", ["appearance", "motion", "environment"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_phrases_with_blanks_in_both_languages(field: str, language: str) -> None:
    shipped = templates(field, language)
    assert shipped
    assert any(next_blank(text) for text in shipped)
    every = [templates(field, language, event) for event in EVENTS]
    assert all(set(shipped) <= set(some) for some in every)


def test_blanks_are_gone_through() -> None:
    text = "a man in [colour] and [colour]"
    first = next_blank(text)
    assert first == (9, 17)
    assert next_blank(text, 17) == (22, 30)
    assert next_blank(text, 30) == (9, 17)
    assert next_blank("no blank [", 0) is None
