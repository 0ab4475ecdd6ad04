"""The exact prompt of an answer, to be read and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget

from tvau_studio.gui.forms import button, column, paragraph, row
from tvau_studio.gui.rich_text import exact_font
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state.turns import Turn


class PromptDialog(QDialog):
    """turn: one that was answered."""

    def __init__(self, parent: QWidget, turn: Turn) -> None:
        super().__init__(parent)
        self.setObjectName("promptDialog")
        self.setWindowTitle(tr("The exact prompt"))
        self.setAccessibleName(tr("The exact prompt"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 420)
        reply = turn.reply
        assert reply is not None
        facts = [tr("{n} tokens in the prompt", n=reply.prompt_tokens), tr("{n} in the answer", n=reply.new_tokens)]
        if reply.wait is not None:
            facts.append(tr("first word after {s:.2f} s", s=reply.wait))
            rest = reply.seconds - reply.wait
            if rest > 0 and reply.new_tokens > 1:
                facts.append(tr("{n:.0f} tokens/s", n=(reply.new_tokens - 1) / rest))
        facts += [reply.model, tr("prompts {hash}", hash=turn.prompts[:12]) if turn.prompts else ""]
        if reply.left_out:
            facts.append(tr("{n} earlier question(s) did not fit", n=reply.left_out))
        head = paragraph("muted", "promptFacts")
        head.setText(" · ".join(f for f in facts if f))
        text = QPlainTextEdit(reply.prompt)
        text.setObjectName("promptText")
        text.setAccessibleName(tr("The exact prompt"))
        text.setReadOnly(True)
        text.setFont(exact_font(text.font()))
        copy = button(tr("Copy"), lambda: QApplication.clipboard().setText(reply.prompt), "promptCopy")
        close = button(tr("Close"), self.close, "dialogClose", "primary")
        whole = column(self, 10, (16, 16, 16, 16))
        whole.addWidget(head)
        whole.addWidget(text, 1)
        whole.addLayout(row(None, copy, close, spacing=8))
