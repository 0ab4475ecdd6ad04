"""Questions about the range."""

from __future__ import annotations

from tvau_studio.gui.commands._command import Command, shown

COMMANDS = (
    Command("askAction", "Ask about the range", "Ask", lambda w: w.focus_chat(), ("/", "Ctrl+/"), shown),
    Command(
        "stopAnswerAction",
        "Stop the answer",
        "Ask",
        lambda w: w.state.conversation.stop(),
        (),
        lambda w: w.state.conversation.busy,
    ),
)
