"""Labelled synthetic surveillance scenes: pictures, tracks, masks and texts from a seed.

Everything is drawn here: jointed people, bicycles, vehicles, animals and clutter are round cones, ellipsoids, convex
solids and rings, ray-cast over a patterned ground with one sun. Begin with `clips.render_clip`; `crops` makes
training pairs, `dataset` writes videos with their labels. One seed gives one result on one machine: all chance comes
from a `numpy.random.PCG64` generator that is handed down (`chance.Dice`), and nothing is shared between calls, so that
worker processes scale.

From the floor up: `vectors`, `shapes` (solids), `kernels` (ray casting, numba), `stage` (camera, light, pictures),
`people` and `poses`, `wheels`, `vehicles`, `creatures`, `clutter` (what there is), `actors` and `stories` (what
happens), `places` (where).

Refused: a game engine or mesh files (a licence and a download each), and textures from photographs (not ours to ship).
"""
