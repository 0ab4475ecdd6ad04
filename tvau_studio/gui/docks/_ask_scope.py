"""What a question is about: the range, the clip, the selected object, or the whole video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State

Scope = Literal["range", "clip", "object", "video"]


@dataclass(frozen=True, slots=True)
class Subject:
    """frames: a, b. object: key of the one that is asked about. words: what is said of it."""

    frames: tuple[int, int]
    words: str
    object: str | None = None


class AskScope(QObject):
    """scope: what is asked about. A scope that is not there (no object is selected) is the range's."""

    changed = Signal()
    """`subject` is another one."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.scope: Scope = "range"
        for signal in (
            state.playback.rangeChanged,
            state.playback.videoChanged,
            state.document.loaded,
            state.document.changed,
            state.selection.changed,
            state.workspace.opened,
        ):
            signal.connect(lambda *_: self.changed.emit())

    def set(self, scope: Scope) -> None:
        if scope != self.scope:
            self.scope = scope
            self.changed.emit()

    def there(self) -> list[Scope]:
        """The scopes that there are now."""
        if self._state.workspace.video is None:
            return []
        found: list[Scope] = ["range"]
        if self._state.document.clip_row is not None:
            found.append("clip")
        if self._life() is not None:
            found.append("object")
        return [*found, "video"]

    def subject(self) -> Subject | None:
        """What a question is about now."""
        state = self._state
        if state.workspace.video is None:
            return None
        clip, video = state.document.clip_row, (0, state.playback.frames) if state.playback.frames else None
        whole = (clip.start, clip.stop) if clip is not None else video
        if self.scope == "object" and (life := self._life()) is not None and state.selection.row is not None:
            thing = state.selection.row
            return Subject(life, tr("Object {n}", n=thing.track), thing.key)
        if self.scope == "video" and video is not None:
            return Subject(video, tr("Video"))
        if self.scope == "clip" and clip is not None:
            return Subject((clip.start, clip.stop), tr("Clip"))
        frames = state.playback.range or whole
        return None if frames is None else Subject(frames, tr("Range") if state.playback.range else tr("Clip"))

    def _life(self) -> tuple[int, int] | None:
        """The frames in which the selected object is in the picture, within the clip."""
        thing, clip = self._state.selection.row, self._state.document.clip_row
        if thing is None:
            return None
        marks = self._state.document.document.track(thing.key).keyframes
        frames = self._state.playback.frames
        if not marks or not frames:
            return None
        a, b = marks[0].frame, marks[-1].frame if marks[-1].outside else frames
        if clip is not None:
            a, b = max(a, clip.start), min(b, clip.stop)
        b = min(b, frames)
        return (a, b) if a < b else None

    # -- too long

    @property
    def limit(self) -> int | None:
        """How many frames the model takes at most; None where that is not known yet."""
        return self._state.studio.models.facts.get("max_frames")

    def is_long(self, frames: tuple[int, int]) -> bool:
        return self.limit is not None and frames[1] - frames[0] > self.limit

    def shorter(self, frames: tuple[int, int]) -> tuple[int, int]:
        """As many frames as the model takes, round the picture shown."""
        limit = self.limit or frames[1] - frames[0]
        middle = max(frames[0], min(frames[1] - 1, self._state.playback.frame))
        start = max(frames[0], min(middle - limit // 2, frames[1] - limit))
        return start, start + limit

    def take_shorter(self) -> None:
        subject = self.subject()
        if subject is not None:
            frames = self.shorter(subject.frames)
            self.set("range")
            self._state.playback.set_range(frames)

    # -- what it costs

    def length_words(self, frames: tuple[int, int]) -> str:
        """Frames and seconds."""
        a, b = frames
        video, n = self._state.workspace.video, b - a
        count = tr("1 frame") if n == 1 else tr("{n} frames", n=f"{n:,}")
        if video is None or b > len(video) or len(video) < 2:
            return count
        times = video.times
        end = float(times[b]) if b < len(video) else 2 * float(times[-1]) - float(times[-2])
        return tr("{count} · {s:.1f} s", count=count, s=max(0.0, end - float(times[a])))

    def cost_words(self, frames: tuple[int, int]) -> str:
        """What has to be looked at, and how long that takes where it was measured."""
        pairs = (frames[1] - 1) // 2 - frames[0] // 2 + 1
        words = tr("1 pair") if pairs == 1 else tr("{n} pairs", n=f"{pairs:,}")
        pace = self._state.conversation.pace
        if pace is None:
            return words
        seconds = pace * pairs
        return tr("{words} · ≈ {s} s", words=words, s=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
