"""Questions about the range, and the model that answers them."""

from __future__ import annotations

from tvau_studio.gui.commands._command import Command, project, shown
from tvau_studio.gui.window import Window


def _models(w: Window) -> None:
    from tvau_studio.gui.dialogs.models import ModelsDialog

    ModelsDialog(w, w.state).show()  # type: ignore[arg-type]


def _survey(w: Window) -> None:
    from tvau_studio.gui.dialogs.survey import SurveyDialog

    SurveyDialog(w, w.state).show()  # type: ignore[arg-type]


def _able(w: Window) -> bool:
    return shown(w) and not w.state.conversation.busy


def _again(w: Window) -> None:
    turns = w.state.conversation.turns
    if turns:
        w.state.conversation.again(turns[-1])


COMMANDS = (
    Command("askAction", "Ask about the range", "Ask", lambda w: w.focus_chat(), ("/", "Ctrl+/"), shown),
    Command(
        "askAllAction", "Ask the paper's four questions", "Ask", lambda w: w.show_panel("chat").ask.ask_all(), (), _able
    ),
    Command("askAgainAction", "Ask the last question again", "Ask", _again, (), _able),
    Command(
        "stopAnswerAction",
        "Stop the answer",
        "Ask",
        lambda w: w.state.conversation.stop(),
        (),
        lambda w: w.state.conversation.busy,
    ),
    Command(
        "newDialogueAction",
        "Begin a new dialogue",
        "Ask",
        lambda w: w.state.conversation.book.new_talk(),
        (),
        lambda w: _able(w) and bool(w.state.conversation.turns),
        line=True,
    ),
    Command("dialoguesAction", "Earlier questions…", "Ask", lambda w: w.show_panel("chat").show_history(), (), project),
    Command(
        "questionsAction", "Questions of your own…", "Ask", lambda w: w.show_panel("chat").ask.edit_questions(), ()
    ),
    Command("surveyAction", "Ask about many clips…", "Ask", _survey, (), project),
    Command("modelsAction", "Models…", "Ask", _models, (), line=True),
)
