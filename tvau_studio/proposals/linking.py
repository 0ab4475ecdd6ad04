"""Components of successive maps joined into tracks, as the first author's thesis does it.

Step by step, tracks and new centroids are matched so that the sum of distances is least (Hungarian method); a match
farther than a tenth of the picture's longer side is refused. A track that finds nothing keeps its last centroid and may
resume; a centroid left over begins a new track.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.proposals.components import Component, components


@dataclass(frozen=True)
class HeatTrack:
    """steps: index into the heat map -> component, ascending; a step without the object is left out."""

    steps: dict[int, Component]

    @property
    def score(self) -> float:
        """The maximum of its components."""
        return max(c.score for c in self.steps.values())

    @property
    def hottest(self) -> int:
        """The step of the highest score."""
        return max(self.steps, key=lambda i: self.steps[i].score)


def link(
    centroids: Sequence[npt.NDArray[np.float64]], max_step: float, max_gap: int | None = None
) -> list[dict[int, int]]:
    """Tracks as step -> row of that step's centroids.

    centroids: one float [K_t, 2] per step, x then y; K_t may be 0. max_step: farthest accepted jump, in the same unit,
    > 0. max_gap: a track that found nothing in more steps in a row does not resume; None = whenever. The thesis, whose
    clips have 24 frames, knows no such limit; over a whole video it keeps two people apart who pass the same place.
    """
    tracks: list[dict[int, int]] = []
    tails: list[npt.NDArray[np.float64]] = []
    open_tracks: list[int] = []
    for step, heads in enumerate(centroids):
        taken: set[int] = set()
        if max_gap is not None:
            open_tracks = [t for t in open_tracks if step - max(tracks[t]) - 1 <= max_gap]
        if open_tracks and len(heads):
            ends = np.stack([tails[t] for t in open_tracks])
            cost = np.linalg.norm(ends[:, None] - heads[None], axis=-1)  # [open tracks, K_t]
            for row, head in zip(*(side.tolist() for side in linear_sum_assignment(cost)), strict=True):
                if cost[row, head] <= max_step:
                    tracks[open_tracks[row]][step] = head
                    tails[open_tracks[row]] = heads[head]
                    taken.add(head)
        for head in range(len(heads)):
            if head not in taken:
                open_tracks.append(len(tracks))
                tracks.append({step: head})
                tails.append(heads[head])
    return tracks


def heat_tracks(
    heat: Heatmap, threshold: float = 0.5, min_steps: int = 1, max_gap: int | None = None
) -> list[HeatTrack]:
    """The tracks of a heat map that are seen in at least `min_steps` of its maps, the hottest first. max_gap: see
    `link`.
    """
    found = [components(values, heat.picture_size, threshold) for values in heat.values]
    centroids = [np.array([c.centre for c in row], np.float64).reshape(-1, 2) for row in found]
    joined = link(centroids, max(heat.picture_size) / 10, max_gap)
    tracks = [HeatTrack({step: found[step][row] for step, row in track.items()}) for track in joined]
    return sorted((t for t in tracks if len(t.steps) >= min_steps), key=lambda t: -t.score)
