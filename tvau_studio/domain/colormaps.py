"""Colour maps for heat: how hot, as a colour."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

_ANCHORS = {
    "inferno": (
        "000004 040312 0b0724 150b37 210c4a 2f0a5b 3d0965 4a0c6b 56106e 63156e 70196e "
        "7d1e6d 89226a 962766 a32c61 af315b bb3654 c63d4d d14545 da4f3c e35932 eb6529 "
        "f1721e f67f14 f98c0a fb9b06 fcaa0f fbba1f f9c932 f5d949 f2e865 f3f586 fcffa4"
    ),
    "magma": (
        "000004 030312 0a0822 130d34 1d1147 29115a 36106b 440f76 50127c 5d177f 691c81 "
        "762181 822681 8f2a81 9c2e7f a9337d b6367a c33b75 cf4070 db476a e65164 ee5c5e "
        "f46a5c f9785d fb8861 fd9668 fea571 feb47b fec287 fed194 fde0a1 fceeb0 fcfdbf"
    ),
    "viridis": (
        "440154 470d60 48186a 482374 472d7b 453781 424086 3e4989 3b528b 375b8d 33638d "
        "2f6b8e 2c728e 297a8e 26828e 23898e 21908c 1f978b 1f9f88 21a685 27ad81 31b57b "
        "3ebc74 4dc26c 5cc863 6ece58 82d34d 95d840 aadc32 c0df25 d5e21a eae51a fde725"
    ),
    "turbo": (
        "30123b 392a73 4040a2 4456c7 466be3 4680f6 4293ff 37a7fa 28bbec 1dccd9 18dcc3 "
        "1ee8b0 31f299 4cf97e 6bfe64 8aff4c a2fc3c b8f735 cced34 dee037 edd03a f7c03a "
        "fdad35 fe982c fb8022 f56818 ec520f e14109 d23105 c12302 ac1701 950d01 7a0403"
    ),
}
"""33 colours of each map, evenly spaced over 0..1 (inferno, magma, viridis: matplotlib, CC0; turbo: Mikhailov, 2019).
Between them the map is a line, which is off by at most 2 of 255."""

NAMES = tuple(_ANCHORS)
"""The maps there are; the first is the default. All but turbo grow brighter all the way, also for those who do not see
red and green apart."""


@cache
def table(name: str) -> npt.NDArray[np.uint8]:
    """uint8 [256, 3] RGB from cold to hot; not to be written to."""
    colours = np.array([list(bytes.fromhex(c)) for c in _ANCHORS[name].split()], np.float64)
    at, fine = np.linspace(0, 1, len(colours)), np.linspace(0, 1, 256)
    found: npt.NDArray[np.uint8] = np.rint(np.stack([np.interp(fine, at, c) for c in colours.T], 1)).astype(np.uint8)
    found.flags.writeable = False
    return found
