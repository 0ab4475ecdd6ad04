"""What the frozen vision tower and AHD say of each labelled clip, computed once and kept on disk.

One file per clip: the last block's output in bfloat16, the cosines in float32. A changed tower, AHD or clip has another
name and is computed anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import FrameRange, pair_frames
from tvau_studio.training import feature_files
from tvau_studio.training.dialogues import Row, window_of
from tvau_studio.training.packing import Seen
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.pairs import Frames, chosen_pairs

OpenVideo = Callable[[Row], Frames]
"""Opens the video of a clip. Raises StudioError where it is missing."""


class ClipFeatures:
    """rows: labelled clips, each shorter than memory allows. folder: of the files, made where missing."""

    def __init__(self, model: TVAU, rows: Sequence[Row], folder: Path, open_video: OpenVideo) -> None:
        self.model, self.rows, self.folder, self._open = model, rows, folder, open_video
        self._tower = _fingerprint(model)
        folder.mkdir(parents=True, exist_ok=True)

    def __len__(self) -> int:
        return len(self.rows)

    def fill(
        self, progress: Callable[[int, int], None] = lambda done, all: None, stop: Callable[[], bool] = lambda: False
    ) -> None:
        """Compute what is missing. Raises Cancelled once `stop()` was true; what was computed stays."""
        for number, row in enumerate(self.rows):
            if stop():
                raise Cancelled
            if not (path := self._path(row)).exists():
                feature_files.write(path, self._compute(row))
            progress(number + 1, len(self.rows))

    def seen(self, index: int, frames: FrameRange | None = None) -> Seen:
        """The features of a window of clip `index`; of the whole clip where `frames` is None."""
        row = self.rows[index]
        path = self._path(row)
        if not path.exists():
            feature_files.write(path, self._compute(row))
        found = feature_files.read(path)
        pairs = (frames or window_of(row)).pairs
        offset = window_of(row).pairs.start
        part = slice(pairs.start - offset, pairs.stop - offset)
        last, cosines = found["last"][part].float(), found["cosines"][part].contiguous()
        return Seen(last, cosines, shown_seconds(len(last), self.model.config.chat.video_pairs, row.get("fps")))

    def _path(self, row: Row) -> Path:
        named = "\n".join(str(part) for part in (self._tower, row["video"], *row["frames"]))
        return self.folder / f"{hashlib.sha256(named.encode()).hexdigest()[:24]}.safetensors"

    @torch.inference_mode()
    def _compute(self, row: Row) -> dict[str, Tensor]:
        video = self._open(row)
        model, pairs = self.model, window_of(row).within(len(video)).pairs
        wanted = [pair_frames(k, len(video), model.config.pair_distance) for k in pairs]
        last, cosines = [], []
        for patches in feature_files.pair_patches(model, video, wanted):
            # bfloat16 halves the time and is what is kept; the cosines differ by hundredths and stay in float32.
            with torch.autocast(model.device.type, dtype=torch.bfloat16):
                features = model.features(patches, merged=False)
            assert features.last is not None
            last.append(features.last)
            cosines.append(model.all_cosines(features)[:, :2])
        return {"last": torch.cat(last).bfloat16(), "cosines": torch.cat(cosines).float().contiguous()}


def shown_seconds(pairs: int, limit: int, fps: float | None) -> float:
    """Seconds from one shown pair to the next, as `ModelHost` takes them from the video's clock; 0 where unknown."""
    shown = chosen_pairs(pairs, limit)
    if len(shown) < 2 or not fps:
        return 0.0
    return 2 * (shown[-1] - shown[0]) / fps / (len(shown) - 1)


def _fingerprint(model: TVAU) -> str:
    """Of all that the features depend on: blocks of the tower, AHD, text vectors, size and distance of pictures. The
    merger is left out: it is read behind the features, and trained."""
    digest = hashlib.sha256(model.text.hash.encode())
    digest.update(repr((model.config.pictures, model.config.pair_distance, model.config.image_mean)).encode())
    parts = [(k, v) for k, v in model.visual.state_dict().items() if not k.startswith("merger.")]
    parts += list(model.ahd.state_dict().items()) if model.ahd is not None else []
    for name, value in parts:
        digest.update(name.encode())
        digest.update(value.detach().float().cpu().numpy().tobytes())
    return digest.hexdigest()
