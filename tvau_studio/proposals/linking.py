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


def link(centroids: Sequence[npt.NDArray[np.float64]], max_step: float) -> list[dict[int, int]]:
    """Tracks as step -> row of that step's centroids.

    centroids: one float [K_t, 2] per step, x then y; K_t may be 0. max_step: farthest accepted jump, in the same unit,
    > 0.
    """
    tracks: list[dict[int, int]] = []
    tails: list[npt.NDArray[np.float64]] = []
    for step, heads in enumerate(centroids):
        taken: set[int] = set()
        if tails and len(heads):
            cost = np.linalg.norm(np.stack(tails)[:, None] - heads[None], axis=-1)  # [tracks, K_t]
            for track, head in zip(*(side.tolist() for side in linear_sum_assignment(cost)), strict=True):
                if cost[track, head] <= max_step:
                    tracks[track][step] = head
                    tails[track] = heads[head]
                    taken.add(head)
        for head in range(len(heads)):
            if head not in taken:
                tracks.append({step: head})
                tails.append(heads[head])
    return tracks


def heat_tracks(heat: Heatmap, threshold: float = 0.5, min_steps: int = 1) -> list[HeatTrack]:
    """The tracks of a heat map that are seen in at least `min_steps` of its maps, the hottest first."""
    found = [components(values, heat.picture_size, threshold) for values in heat.values]
    centroids = [np.array([c.centre for c in row], np.float64).reshape(-1, 2) for row in found]
    joined = link(centroids, max(heat.picture_size) / 10)
    tracks = [HeatTrack({step: found[step][row] for step, row in track.items()}) for track in joined]
    return sorted((t for t in tracks if len(t.steps) >= min_steps), key=lambda t: -t.score)
