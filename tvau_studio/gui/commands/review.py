"""Drafts, the state of a clip, comments, the way through the clips."""

from __future__ import annotations

from tvau_studio.gui.commands._command import Command, clip, draft, project
from tvau_studio.gui.deeds import review
from tvau_studio.gui.window import Window


def accepted(w: Window) -> bool:
    return w.state.document.is_locked


def drafted(w: Window) -> bool:
    """The open video holds drafts on which nobody decided."""
    row = w.state.document.video_row
    return row is not None and any(thing.is_draft for thing in w.state.document.document.objects(row.key))


def warned(w: Window) -> bool:
    return bool(w.state.warnings.findings)


COMMANDS = (
    Command("acceptAction", "Accept the draft", "Review", lambda w: review.decide(w.state, True), ("Y",), draft),
    Command("rejectAction", "Reject the draft", "Review", lambda w: review.decide(w.state, False), ("Shift+U",), draft),
    Command("decideManyAction", "Decide on many drafts…", "Review", review.decide_on_many, ("Ctrl+Shift+Y",), drafted),
    Command(
        "reviewAction",
        "Clip: to review",
        "Review",
        lambda w: review.set_state(w, "to review"),
        (),
        clip,
        line=True,
    ),
    Command("acceptClipAction", "Clip: accept", "Review", lambda w: review.set_state(w, "accepted"), (), clip),
    Command("returnClipAction", "Clip: return…", "Review", review.give_back, ("U",), clip),
    Command("reopenClipAction", "Clip: reopen…", "Review", review.reopen, (), accepted),
    Command("doneAction", "Done, next of the queue", "Review", review.done, ("Ctrl+Return",), clip),
    Command(
        "queueAction",
        "Next of the queue",
        "Review",
        lambda w: review.go_on(w.state),
        ("Ctrl+PgDown",),
        project,
        line=True,
    ),
    Command("claimAction", "Claim the next clip", "Review", lambda w: review.claim(w.state), (), project),
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
    Command("nextWarningAction", "Next warning", "Review", lambda w: review.next_warning(w.state), ("F8",), warned),
    Command(
        "lastWarningAction",
        "Previous warning",
        "Review",
        lambda w: review.next_warning(w.state, -1),
        ("Shift+F8",),
        warned,
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
    Command(
        "compareVersionsAction", "Compare with another version…", "Review", review.compare_versions, (), clip, line=True
    ),
    Command("activityAction", "Who did what…", "Review", review.show_activity, (), project),
)
