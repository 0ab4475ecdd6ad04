"""Drafts, the state of a clip, comments, the way through the clips."""

from __future__ import annotations

from tvau_studio.gui import deeds
from tvau_studio.gui.commands._command import Command, clip, draft, project
from tvau_studio.gui.deeds import review

COMMANDS = (
    Command("acceptAction", "Accept the draft", "Review", lambda w: deeds.decide(w.state, True), ("Y",), draft),
    Command("rejectAction", "Reject the draft", "Review", lambda w: deeds.decide(w.state, False), ("Shift+U",), draft),
    Command(
        "reviewAction",
        "Clip: to review",
        "Review",
        lambda w: deeds.set_state(w.state, "to review"),
        (),
        clip,
        line=True,
    ),
    Command("acceptClipAction", "Clip: accept", "Review", lambda w: deeds.set_state(w.state, "accepted"), (), clip),
    Command("returnClipAction", "Clip: return", "Review", lambda w: deeds.set_state(w.state, "returned"), ("U",), clip),
    Command("doneAction", "Done, next clip", "Review", lambda w: deeds.done(w.state), ("Ctrl+Return",), clip),
    Command(
        "commentAction",
        "Comment on what is shown",
        "Review",
        lambda w: w.state.remarks.point_at(""),
        ("Ctrl+M",),
        clip,
        line=True,
    ),
    Command(
        "nextCommentAction",
        "Next open comment",
        "Review",
        lambda w: review.next_comment(w.state),
        ("Ctrl+Shift+M",),
        clip,
    ),
    Command(
        "nextClipAction",
        "Next clip",
        "Review",
        lambda w: w.state.workspace.next_clip(1),
        ("PgDown",),
        project,
        line=True,
    ),
    Command("lastClipAction", "Previous clip", "Review", lambda w: w.state.workspace.next_clip(-1), ("PgUp",), project),
)
