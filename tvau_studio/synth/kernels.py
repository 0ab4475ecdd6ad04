"""The ray caster: which solid each pixel sees, its shade, and the shadows on the ground. Compiled by numba, one thread.

A camera is float64 [15]: place 0:3, right 3:6, down 6:9, forward 9:12, focal length (px) 12, centre x 13, y 14 (px).
A light is float64 [10]: direction to the sun 0:3, colour of the sky's light 3:6, of the sun's light 6:9, 9 how dark
shadows are (0..1).
Solids are rows of `shapes.ROW` columns. Images are float32 or int32 [H, W(, 3)] in linear light.
"""

# The functions carry no array types: numba infers them, and mypy sees untyped decorators.
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import math

import numpy as np

from tvau_studio.domain.errors import StudioError

try:
    from numba import njit
except ImportError as error:
    raise StudioError(
        "Rendering scenes needs the package numba, which is not installed; "
        "install it with: pip install 'tvau-studio[train]'"
    ) from error

compiled = njit(cache=True, fastmath=True, nogil=True, error_model="numpy")
FAR = 1e9
SKY, GROUND = -2, -1


@compiled
def _hash(x, y, z, seed):
    h = np.uint32(x * 73856093) ^ np.uint32(y * 19349663) ^ np.uint32(z * 83492791) ^ np.uint32(seed * 40503 + 977)
    h = np.uint32(h ^ (h >> np.uint32(16))) * np.uint32(0x7FEB352D)
    h = np.uint32(h)
    h = np.uint32(h ^ (h >> np.uint32(15))) * np.uint32(0x846CA68B)
    h = np.uint32(h)
    h = np.uint32(h ^ (h >> np.uint32(16)))
    return (h & np.uint32(0xFFFFFF)) / 16777216.0


@compiled
def _noise2(x, y, seed):
    """Smooth noise of the plane, 0..1."""
    fx, fy = math.floor(x), math.floor(y)
    i, j = int(fx), int(fy)
    u, v = x - fx, y - fy
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    a, b = _hash(i, j, 0, seed), _hash(i + 1, j, 0, seed)
    c, d = _hash(i, j + 1, 0, seed), _hash(i + 1, j + 1, 0, seed)
    return a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v


@compiled
def _noise3(x, y, z, seed):
    fx, fy, fz = math.floor(x), math.floor(y), math.floor(z)
    i, j, k = int(fx), int(fy), int(fz)
    u, v, w = x - fx, y - fy, z - fz
    total = 0.0
    for corner in range(8):
        a, b, c = corner & 1, (corner >> 1) & 1, corner >> 2
        weight = (u if a else 1 - u) * (v if b else 1 - v) * (w if c else 1 - w)
        total += weight * _hash(i + a, j + b, k + c, seed)
    return total


@compiled
def _hit_cone(p, ox, oy, oz, dx, dy, dz):
    ax, ay, az = p[9], p[10], p[11]
    bx, by, bz = p[12], p[13], p[14]
    ra, rb = p[15], p[16]
    bax, bay, baz = bx - ax, by - ay, bz - az
    oax, oay, oaz = ox - ax, oy - ay, oz - az
    obx, oby, obz = ox - bx, oy - by, oz - bz
    rr = ra - rb
    m0 = bax * bax + bay * bay + baz * baz
    m1 = bax * oax + bay * oay + baz * oaz
    m2 = bax * dx + bay * dy + baz * dz
    m3 = dx * oax + dy * oay + dz * oaz
    m5 = oax * oax + oay * oay + oaz * oaz
    m6 = obx * dx + oby * dy + obz * dz
    m7 = obx * obx + oby * oby + obz * obz
    d2 = m0 - rr * rr
    if d2 > 1e-8:
        k2 = d2 - m2 * m2
        k1 = d2 * m3 - m1 * m2 + m2 * rr * ra
        k0 = d2 * m5 - m1 * m1 + m1 * rr * ra * 2 - m0 * ra * ra
        h = k1 * k1 - k0 * k2
        if h >= 0 and k2 > 1e-12:
            t = (-math.sqrt(h) - k1) / k2
            y = m1 - ra * rr + t * m2
            if 0 < y < d2 and t > 0:
                nx = d2 * (oax + dx * t) - bax * y
                ny = d2 * (oay + dy * t) - bay * y
                nz = d2 * (oaz + dz * t) - baz * y
                n = 1 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
                return t, nx * n, ny * n, nz * n
    h1 = m3 * m3 - m5 + ra * ra
    h2 = m6 * m6 - m7 + rb * rb
    best, nx, ny, nz = FAR, 0.0, 0.0, 0.0
    if h1 > 0:
        t = -m3 - math.sqrt(h1)
        if t > 0:
            best = t
            nx, ny, nz = (oax + dx * t) / ra, (oay + dy * t) / ra, (oaz + dz * t) / ra
    if h2 > 0:
        t = -m6 - math.sqrt(h2)
        if 0 < t < best:
            best = t
            nx, ny, nz = (obx + dx * t) / rb, (oby + dy * t) / rb, (obz + dz * t) / rb
    return best, nx, ny, nz


@compiled
def _hit_ellipsoid(p, ox, oy, oz, dx, dy, dz):
    cx, cy, cz = ox - p[9], oy - p[10], oz - p[11]
    ux, uy, uz = (
        p[12] * cx + p[13] * cy + p[14] * cz,
        p[15] * cx + p[16] * cy + p[17] * cz,
        p[18] * cx + p[19] * cy + p[20] * cz,
    )
    vx, vy, vz = (
        p[12] * dx + p[13] * dy + p[14] * dz,
        p[15] * dx + p[16] * dy + p[17] * dz,
        p[18] * dx + p[19] * dy + p[20] * dz,
    )
    a = vx * vx + vy * vy + vz * vz
    b = ux * vx + uy * vy + uz * vz
    h = b * b - a * (ux * ux + uy * uy + uz * uz - 1)
    if h < 0:
        return FAR, 0.0, 0.0, 0.0
    t = (-b - math.sqrt(h)) / a
    if t < 0:
        return FAR, 0.0, 0.0, 0.0
    qx, qy, qz = ux + vx * t, uy + vy * t, uz + vz * t
    nx = p[12] * qx + p[15] * qy + p[18] * qz
    ny = p[13] * qx + p[16] * qy + p[19] * qz
    nz = p[14] * qx + p[17] * qy + p[20] * qz
    n = 1 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
    return t, nx * n, ny * n, nz * n


@compiled
def _hit_solid(p, ox, oy, oz, dx, dy, dz):
    enter, leave, face = 0.0, FAR, -1
    for i in range(int(p[9])):
        k = 16 + 4 * i
        against = p[k] * dx + p[k + 1] * dy + p[k + 2] * dz
        left = p[k + 3] - (p[k] * ox + p[k + 1] * oy + p[k + 2] * oz)
        if abs(against) < 1e-9:
            if left < 0:
                return FAR, 0.0, 0.0, 0.0
            continue
        t = left / against
        if against < 0:
            if t > enter:
                enter, face = t, k
        elif t < leave:
            leave = t
        if enter > leave:
            return FAR, 0.0, 0.0, 0.0
    if face < 0:
        return FAR, 0.0, 0.0, 0.0
    return enter, p[face], p[face + 1], p[face + 2]


@compiled
def _hit_ring(p, ox, oy, oz, dx, dy, dz):
    ax, ay, az = p[12], p[13], p[14]
    outer, inner, half = p[15], p[16], p[17]
    cx, cy, cz = ox - p[9], oy - p[10], oz - p[11]
    da = dx * ax + dy * ay + dz * az
    ca = cx * ax + cy * ay + cz * az
    px, py, pz = dx - ax * da, dy - ay * da, dz - az * da
    qx, qy, qz = cx - ax * ca, cy - ay * ca, cz - az * ca
    a = px * px + py * py + pz * pz
    b = px * qx + py * qy + pz * qz
    c = qx * qx + qy * qy + qz * qz
    best, nx, ny, nz = FAR, 0.0, 0.0, 0.0
    # The flat sides.
    if abs(da) > 1e-9:
        for side in (-1.0, 1.0):
            t = (side * half - ca) / da
            if 0 < t < best and side * da < 0:
                r2 = c + t * (2 * b + t * a)
                if inner * inner <= r2 <= outer * outer:
                    best, nx, ny, nz = t, ax * side, ay * side, az * side
    if a > 1e-12:
        h = b * b - a * (c - outer * outer)
        if h < 0:
            return best, nx, ny, nz
        t = (-b - math.sqrt(h)) / a
        if 0 < t < best and abs(ca + t * da) <= half:
            best = t
            nx, ny, nz = (qx + px * t) / outer, (qy + py * t) / outer, (qz + pz * t) / outer
        if inner > 0:
            h = b * b - a * (c - inner * inner)
            if h > 0:
                t = (-b + math.sqrt(h)) / a
                if 0 < t < best and abs(ca + t * da) <= half:
                    best = t
                    nx, ny, nz = -(qx + px * t) / inner, -(qy + py * t) / inner, -(qz + pz * t) / inner
    return best, nx, ny, nz


@compiled
def _hit(p, ox, oy, oz, dx, dy, dz):
    """Distance along the ray (FAR: none) and the normal there; the direction has length 1."""
    kind = int(p[0])
    if kind == 0:
        return _hit_cone(p, ox, oy, oz, dx, dy, dz)
    if kind == 1:
        return _hit_ellipsoid(p, ox, oy, oz, dx, dy, dz)
    if kind == 2:
        return _hit_solid(p, ox, oy, oz, dx, dy, dz)
    return _hit_ring(p, ox, oy, oz, dx, dy, dz)


@compiled
def _bounds(p):
    kind = int(p[0])
    if kind == 0:
        a, b = p[15], p[16]
        return (
            min(p[9] - a, p[12] - b),
            min(p[10] - a, p[13] - b),
            min(p[11] - a, p[14] - b),
            max(p[9] + a, p[12] + b),
            max(p[10] + a, p[13] + b),
            max(p[11] + a, p[14] + b),
        )
    if kind == 1:
        x, y, z, a, b, c = p[9], p[10], p[11], p[21], p[22], p[23]
    elif kind == 2:
        x, y, z, a, b, c = p[10], p[11], p[12], p[13], p[14], p[15]
    else:
        x, y, z, a, b, c = p[9], p[10], p[11], p[18], p[19], p[20]
    return x - a, y - b, z - c, x + a, y + b, z + c


@compiled
def _window(points, count, camera, width, height):
    """The pixels that may see the hull of the points: x0, x1, y0, y1 (half-open); empty where all lie behind the
    camera."""
    x0, x1, y0, y1 = FAR, -FAR, FAR, -FAR
    behind = 0
    for k in range(count):
        x, y, z = points[k, 0] - camera[0], points[k, 1] - camera[1], points[k, 2] - camera[2]
        depth = x * camera[9] + y * camera[10] + z * camera[11]
        if depth < 0.1:
            behind += 1
            continue
        u = (x * camera[3] + y * camera[4] + z * camera[5]) / depth * camera[12] + camera[13]
        v = (x * camera[6] + y * camera[7] + z * camera[8]) / depth * camera[12] + camera[14]
        x0, x1, y0, y1 = min(x0, u), max(x1, u), min(y0, v), max(y1, v)
    if behind == count:
        return 0, 0, 0, 0
    if behind:
        return 0, width, 0, height
    return (
        int(max(0.0, min(x0 - 1, 1e6))),
        int(min(float(width), max(x1 + 2, -1e6))),
        int(max(0.0, min(y0 - 1, 1e6))),
        int(min(float(height), max(y1 + 2, -1e6))),
    )


@compiled
def _ray(camera, x, y):
    a, b = (x + 0.5 - camera[13]) / camera[12], (y + 0.5 - camera[14]) / camera[12]
    dx = camera[9] + camera[3] * a + camera[6] * b
    dy = camera[10] + camera[4] * a + camera[7] * b
    dz = camera[11] + camera[5] * a + camera[8] * b
    n = 1 / math.sqrt(dx * dx + dy * dy + dz * dz)
    return dx * n, dy * n, dz * n


@compiled
def clear(camera, sky, rgb, owners, depth):
    """Start a picture: the ground's distance where it is seen, else the sky (float64 [7]: colour at the horizon,
    above, clouds 0..1)."""
    height, width = depth.shape
    for y in range(height):
        for x in range(width):
            dx, dy, dz = _ray(camera, x, y)
            if dz < -1e-3:
                depth[y, x] = -camera[2] / dz
                owners[y, x] = GROUND
            else:
                depth[y, x] = FAR
                owners[y, x] = SKY
                k = min(1.0, dz * 3)
                cloud = _noise2(dx / (dz + 0.25) * 1.5, dy / (dz + 0.25) * 1.5, 11) - 0.5
                for c in range(3):
                    rgb[y, x, c] = (sky[c] * (1 - k) + sky[3 + c] * k) * (1 + 0.25 * cloud * sky[6])


@compiled
def _pattern(p, row, x, y, z, nx, ny):
    """How light the surface is at a point, about 1."""
    kind = int(p[5])
    if kind == 0:
        return 1.0
    gain, scale, period = 1.0, p[6], p[8]
    seed = int(p[1]) * 7 + row
    x, y, z = x - p[61], y - p[62], z - p[63]
    if p[7] > 0:
        gain += p[7] * (
            _noise3(x * scale, y * scale, z * scale, seed)
            + 0.6 * _noise3(x * scale * 2.6, y * scale * 2.6, z * scale * 2.6, seed + 9)
            - 0.8
        )
    along = y if abs(nx) > abs(ny) else x
    if kind == 2:
        w = z * period
        if w - math.floor(w) < 0.4:
            gain *= 0.5
    elif kind == 3:
        a, b = along * period, z * period * 0.8
        i, j = math.floor(a), math.floor(b)
        a, b = a - i, b - j
        if 0.25 < a < 0.8 and 0.28 < b < 0.78:
            gain *= 0.28 + 0.5 * _hash(int(i), int(j), 1, seed) * (0.6 + 0.4 * b)
        elif 0.2 < a < 0.85 and 0.2 < b < 0.83:
            gain *= 1.12
    elif kind == 4:
        b = z * period * 2
        j = math.floor(b)
        a = along * period + 0.5 * (int(j) & 1)
        i = math.floor(a)
        gain *= 0.82 + 0.36 * _hash(int(i), int(j), 2, seed)
        a, b = a - i, b - j
        if a < 0.06 or b < 0.1:
            gain *= 1.2
    elif kind == 5:
        gain *= 0.35 + 1.3 * _noise3(x * scale * 3.1, y * scale * 3.1, z * scale * 3.1, seed + 3) ** 1.5
    elif kind == 6:
        w = along * period
        if w - math.floor(w) < 0.12:
            gain *= 0.72
    elif kind == 7:
        # A row of shops: glass below, a sign above it, wall and windows higher up.
        a = along * period * 0.35
        i = math.floor(a)
        a -= i
        h = z + p[63]
        if h < 0.35:
            gain *= 0.7
        elif h < 2.5:
            if 0.06 < a < 0.94 and abs(a - 0.35) > 0.02:
                gain *= 0.16 + 0.5 * _hash(int(i), 1, 3, seed) * (0.4 + 0.6 * _noise2(along * 1.7, h * 2.1, seed))
        elif h < 3.2:
            gain *= 0.45 + 0.9 * _hash(int(i), 2, 4, seed)
        else:
            b, c = along * period, (h - 3.2) * period * 0.7
            m, n = math.floor(b), math.floor(c)
            if 0.3 < b - m < 0.75 and 0.2 < c - n < 0.75:
                gain *= 0.3 + 0.3 * _hash(int(m), int(n), 5, seed)
    return max(0.04, gain)


@compiled
def draw(table, camera, light, flip, rgb, owners, depth, number):
    """Draw the solids into a picture where they are nearer than what it holds.

    flip: 1, or -1 for their mirror image in the ground. owners int32 [H, W] gets `number` + each solid's owner.
    """
    height, width = depth.shape
    corners = np.empty((8, 3))
    oz = camera[2] * flip
    for row in range(table.shape[0]):
        p = table[row]
        lx, ly, lz, hx, hy, hz = _bounds(p)
        for k in range(8):
            corners[k, 0] = hx if k & 1 else lx
            corners[k, 1] = hy if k & 2 else ly
            corners[k, 2] = (hz if k & 4 else lz) * flip
        x0, x1, y0, y1 = _window(corners, 8, camera, width, height)
        for y in range(y0, y1):
            for x in range(x0, x1):
                dx, dy, dz = _ray(camera, x, y)
                if flip < 0 and dz > -1e-3:
                    continue
                dz *= flip
                t, nx, ny, nz = _hit(p, camera[0], camera[1], oz, dx, dy, dz)
                if t >= depth[y, x]:
                    continue
                qx, qy, qz = camera[0] + dx * t, camera[1] + dy * t, oz + dz * t
                if qz < 0 and flip > 0:
                    continue
                depth[y, x] = t
                owners[y, x] = number + int(p[1])
                facing = nx * light[0] + ny * light[1] + nz * light[2]
                gain = _pattern(p, row, qx, qy, qz, nx, ny)
                # The sky lights from above, the ground sends a little back; low parts get less of both.
                around = (0.62 + 0.38 * nz) * (0.72 + 0.28 * min(1.0, qz / 0.7))
                direct = max(0.0, facing)
                shine = 0.0
                if p[60] > 0:
                    along = 2 * facing
                    hxr, hyr, hzr = along * nx - light[0], along * ny - light[1], along * nz - light[2]
                    spec = max(0.0, -(hxr * dx + hyr * dy + hzr * dz))
                    mirror = max(0.0, dz - 2 * (dx * nx + dy * ny + dz * nz) * nz)
                    shine = p[60] * (1.2 * spec**24 + 0.35 * mirror)
                for c in range(3):
                    shade = light[3 + c] * around + light[6 + c] * direct
                    value = p[2 + c] * gain * (shade + p[65]) + shine * (light[3 + c] + light[6 + c]) * 0.5
                    rgb[y, x, c] = value


@compiled
def cast_shadows(table, camera, light, lit):
    """Darken `lit` float32 [H, W] (1 in the sun, 0 in shadow) where a solid stands between the ground and the sun."""
    height, width = lit.shape
    if light[2] < 0.05:
        return
    sx, sy = light[0] / light[2], light[1] / light[2]
    corners = np.empty((8, 3))
    for row in range(table.shape[0]):
        p = table[row]
        if p[64] == 0:
            continue
        lx, ly, lz, hx, hy, hz = _bounds(p)
        lz = max(0.0, lz)
        for k in range(8):
            z = hz if k & 4 else lz
            corners[k, 0] = (hx if k & 1 else lx) - z * sx
            corners[k, 1] = (hy if k & 2 else ly) - z * sy
            corners[k, 2] = 0.0
        x0, x1, y0, y1 = _window(corners, 8, camera, width, height)
        for y in range(y0, y1):
            for x in range(x0, x1):
                if lit[y, x] < 0.5:
                    continue
                dx, dy, dz = _ray(camera, x, y)
                if dz > -1e-4:
                    continue
                k = -camera[2] / dz
                t, _, _, _ = _hit(p, camera[0] + dx * k, camera[1] + dy * k, 1e-3, light[0], light[1], light[2])
                if t < FAR:
                    lit[y, x] = 0.0


@compiled
def darken_contacts(contacts, camera, near):
    """Multiply `near` float32 [H, W] by the darkness under what stands on the ground; contacts as
    `Shapes.contact_table`."""
    height, width = near.shape
    corners = np.zeros((4, 3))
    for i in range(contacts.shape[0]):
        bx, by, radius, dark = contacts[i, 0], contacts[i, 1], contacts[i, 2], contacts[i, 3]
        for k in range(4):
            corners[k, 0] = bx + (2 * radius if k & 1 else -2 * radius)
            corners[k, 1] = by + (2 * radius if k & 2 else -2 * radius)
        x0, x1, y0, y1 = _window(corners, 4, camera, width, height)
        for y in range(y0, y1):
            for x in range(x0, x1):
                dx, dy, dz = _ray(camera, x, y)
                if dz > -1e-4:
                    continue
                k = -camera[2] / dz
                ex, ey = camera[0] + dx * k - bx, camera[1] + dy * k - by
                r2 = (ex * ex + ey * ey) / (radius * radius)
                if r2 < 4:
                    near[y, x] *= 1 - dark * math.exp(-1.5 * r2)


@compiled
def box_blur(image, radius, scratch):
    """Mean over (2 radius + 1)^2 pixels, in place; float32 [H, W] and one of the same shape to work in."""
    height, width = image.shape
    if radius < 1:
        return
    for y in range(height):
        total, count = 0.0, 0
        for x in range(min(radius, width)):
            total += image[y, x]
            count += 1
        for x in range(width):
            if x + radius < width:
                total += image[y, x + radius]
                count += 1
            if x - radius - 1 >= 0:
                total -= image[y, x - radius - 1]
                count -= 1
            scratch[y, x] = total / count
    sums = np.zeros(width)
    rows = 0
    for y in range(min(radius, height)):
        rows += 1
        for x in range(width):
            sums[x] += scratch[y, x]
    for y in range(height):
        if y + radius < height:
            rows += 1
            for x in range(width):
                sums[x] += scratch[y + radius, x]
        if y - radius - 1 >= 0:
            rows -= 1
            for x in range(width):
                sums[x] -= scratch[y - radius - 1, x]
        for x in range(width):
            image[y, x] = sums[x] / rows


@compiled
def _layer_gain(layer, x, y, blur):
    u, w = x * layer[11] + y * layer[12], -x * layer[12] + y * layer[11]
    gain, seed = 1.0, int(layer[14])
    if layer[3] > 0:
        j = math.floor(w / layer[4])
        shifted = u + layer[5] * layer[3] * (int(j) & 1)
        i = math.floor(shifted / layer[3])
        a, b = shifted - i * layer[3], w - j * layer[4]
        fade = 1 / (1 + blur * blur / (layer[4] * layer[4] * 0.1))
        gain += (_hash(int(i), int(j), 0, seed) - 0.5) * layer[8] * fade
        edge = min(min(a, layer[3] - a), min(b, layer[4] - b))
        joint = layer[6]
        if edge < joint + 0.5 * blur:
            gain *= 1 + (layer[7] - 1) * joint / (joint + blur) * fade
    scale = layer[10]
    if layer[9] > 0:
        gain += layer[9] * (
            _noise2(u * scale, w * scale, seed + 1) + 0.5 * _noise2(u * scale * 2.7, w * scale * 2.7, seed + 2) - 0.75
        )
    if layer[13] > 0 and blur < 0.2:
        gain += layer[13] * (_noise2(u * 23, w * 23, seed + 3) - 0.5) / (1 + blur * 30)
    if layer[15] > 0:
        # Blades of grass, gone in the distance.
        gain *= 1 + layer[15] * (_noise2(u * 9, w * 31, seed + 4) + _noise2(u * 37, w * 11, seed + 5) - 1) / (
            1 + blur * 12
        )
    return max(0.03, gain)


@compiled
def paint_ground(layers, camera, owners, albedo):
    """The ground's own colour where it is seen, float32 [H, W, 3].

    layers: float64 [L, 24]. 0:3 colour, 3 tile width, 4 height (m; width 0: none), 5 shift of each second row, 6
    joint (m), 7 joint's gain, 8 how much tiles differ, 9 stains' strength, 10 their scale (1/m), 11 cosine and 12
    sine of its turn, 13 grain, 14 seed, 15 grass. Where it lies: 16, 17 unit normal, 18 offset: all that is beyond
    (the first layer: everywhere), 19 period of stripes (0 none), 20 width of a strip or stripe (m, 0: no end), 21 how
    much its edge wavers (m), 22 dashes' period along it (0 none).
    """
    height, width = owners.shape
    for y in range(height):
        for x in range(width):
            if owners[y, x] != GROUND:
                continue
            dx, dy, dz = _ray(camera, x, y)
            t = -camera[2] / dz
            gx, gy = camera[0] + dx * t, camera[1] + dy * t
            blur = t / camera[12] / max(0.1, -dz)
            chosen = 0
            for k in range(1, layers.shape[0]):
                layer = layers[k]
                beyond = layer[16] * gx + layer[17] * gy - layer[18]
                if layer[21] > 0:
                    beyond += layer[21] * (_noise2(gx * 0.6, gy * 0.6, int(layer[14])) - 0.5)
                if layer[19] > 0:
                    turn = beyond / layer[19]
                    inside = (turn - math.floor(turn)) * layer[19] < layer[20]
                elif layer[20] > 0:
                    inside = 0 < beyond < layer[20]
                else:
                    inside = beyond > 0
                if inside and layer[22] > 0:
                    along = (-layer[17] * gx + layer[16] * gy) / layer[22]
                    inside = along - math.floor(along) < 0.55
                if inside:
                    chosen = k
            layer = layers[chosen]
            gain = _layer_gain(layer, gx, gy, blur)
            for c in range(3):
                albedo[y, x, c] = layer[c] * gain


@compiled
def light_ground(albedo, lit, near, owners, mirror, reflect, light, rgb):
    """Light the ground: its colour, shadows, contacts, and what it mirrors (`reflect` 0..1; mirror float32 [H, W,
    3])."""
    height, width = owners.shape
    for y in range(height):
        for x in range(width):
            if owners[y, x] != GROUND:
                continue
            sun = light[2] * (1 - light[9] * (1 - lit[y, x]))
            for c in range(3):
                value = albedo[y, x, c] * (light[3 + c] + light[6 + c] * sun) * near[y, x]
                if reflect > 0:
                    value = value * (1 - 0.5 * reflect) + reflect * mirror[y, x, c]
                rgb[y, x, c] = value


@compiled
def halve(rgb, owners, small, small_owners):
    """Mean of 2x2 pixels; the owner is the one with most of the four, an actor (> 0) before the setting on a tie."""
    height, width = small_owners.shape
    for y in range(height):
        for x in range(width):
            for c in range(3):
                small[y, x, c] = 0.25 * (
                    rgb[2 * y, 2 * x, c]
                    + rgb[2 * y, 2 * x + 1, c]
                    + rgb[2 * y + 1, 2 * x, c]
                    + rgb[2 * y + 1, 2 * x + 1, c]
                )
            best, most = 0, 0
            for i in range(4):
                owner = max(0, owners[2 * y + (i >> 1), 2 * x + (i & 1)])
                count = 0
                for j in range(4):
                    if max(0, owners[2 * y + (j >> 1), 2 * x + (j & 1)]) == owner:
                        count += 1
                if count > most or (count == most and owner > best):
                    best, most = owner, count
            small_owners[y, x] = best


@compiled
def convolve(image, taps, out, scratch):
    """A symmetric kernel along both axes, edges repeated. image, out, scratch float32 [H, W, C]; taps float32, odd
    length."""
    height, width, channels = image.shape
    half = taps.shape[0] // 2
    for y in range(height):
        for x in range(width):
            for c in range(channels):
                total = 0.0
                for k in range(-half, half + 1):
                    total += taps[k + half] * image[y, min(width - 1, max(0, x + k)), c]
                scratch[y, x, c] = total
    for y in range(height):
        for x in range(width):
            for c in range(channels):
                total = 0.0
                for k in range(-half, half + 1):
                    total += taps[k + half] * scratch[min(height - 1, max(0, y + k)), x, c]
                out[y, x, c] = total


@compiled
def resample(image, x0, y0, dx, dy, out):
    """Bilinear samples at (x0 + dx j, y0 + dy i), edges repeated; float32 [H, W, C] to [h, w, C]."""
    height, width, channels = image.shape
    for i in range(out.shape[0]):
        v = min(height - 1.0, max(0.0, y0 + dy * i))
        j0 = min(height - 2, int(v))
        b = v - j0
        for j in range(out.shape[1]):
            u = min(width - 1.0, max(0.0, x0 + dx * j))
            i0 = min(width - 2, int(u))
            a = u - i0
            for c in range(channels):
                top = image[j0, i0, c] * (1 - a) + image[j0, i0 + 1, c] * a
                low = image[j0 + 1, i0, c] * (1 - a) + image[j0 + 1, i0 + 1, c] * a
                out[i, j, c] = top * (1 - b) + low * b
