"""Questions to ask with one click: those of the paper, and a person's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tvau_studio.domain.dialogue import templates
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.talks import storable

if TYPE_CHECKING:
    from tvau_studio.services.settings import Settings

KEY = "questions"
"""The setting that keeps a person's own, as JSON."""

ORDER = ("ask_anomaly", "ask_environment", "ask_appearance", "ask_trajectory")
"""The paper's questions, in its order: names among the templates of the dialogue."""

MOST, LONGEST = 200, 2000
"""So many questions of one's own, of so many characters."""


@dataclass(frozen=True, slots=True)
class Question:
    """name: what a menu shows. text: what is asked."""

    name: str
    text: str


def paper(language: str) -> list[Question]:
    """The paper's questions in a language, in its order."""
    words = templates(language)
    return [Question(name, str(words[name])) for name in ORDER]


def own(settings: Settings) -> list[Question]:
    """A person's own questions; what the setting holds that is none is passed over."""
    try:
        rows = json.loads(settings[KEY])
        return [Question(str(r["name"]), str(r["text"])) for r in rows if str(r["name"]).strip()][:MOST]
    except (ValueError, TypeError, KeyError):
        return []


def keep(settings: Settings, questions: Sequence[Question]) -> None:
    """Keep these as a person's own. Raises StudioError where one has no name or text, a name comes twice, or they are
    too many or too long.
    """
    rows = [{"name": " ".join(storable(q.name).split()), "text": storable(q.text).strip()} for q in questions]
    if any(not row["name"] or not row["text"] for row in rows):
        raise StudioError("A question needs a name and a text; fill in both.")
    names = [row["name"] for row in rows]
    if twice := next((n for n in names if names.count(n) > 1), None):
        raise StudioError("There is a question called {name} already; give it another name.", name=twice)
    if len(rows) > MOST or any(len(row["text"]) > LONGEST for row in rows):
        raise StudioError("At most {n} questions of {c} characters are kept; shorten them.", n=MOST, c=LONGEST)
    settings[KEY] = json.dumps(rows, ensure_ascii=False)
