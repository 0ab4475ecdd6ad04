#!/usr/bin/env python3
"""Write constraints.txt anew: the versions that pip finds today for every Python that the project supports.

    python3 packaging/lock.py python3.11 python3.12 python3.13 --also 3.14 --hold torch==2.13.0 transformers==5.23.0

The first Python (the oldest) resolves freely but for --hold; each further one has to get along with what it found, and
adds only what it alone needs. --also checks a version without having it, by wheels alone. Nothing is
installed; the network is used. Standard library only.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
HEADER = """\
# The versions that bootstrap.py installs, equal on every supported Python. Made by packaging/lock.py; do not edit.
# NVIDIA's libraries are left out: a CUDA build of PyTorch names the exact ones it needs.
"""
CUDA = ("nvidia-", "cuda-", "triton")


def requirements() -> list[str]:
    """The project's dependencies, those of all extras, and the build backend."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = data["project"]["optional-dependencies"].values()
    return [
        *data["project"]["dependencies"],
        *(r for extra in extras for r in extra),
        *data["build-system"]["requires"],
    ]


def resolve(python: str, pins: dict[str, str], options: list[str]) -> dict[str, str]:
    """What pip would install, name -> version; raises SystemExit with pip's words where there is no solution."""
    with tempfile.TemporaryDirectory() as folder:
        constraint = Path(folder, "pins.txt")
        constraint.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()), encoding="utf-8")
        command = [python, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
        command += ["--constraint", str(constraint), *options, *requirements()]
        if options:
            command += ["--target", str(Path(folder, "target"))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{python} {' '.join(options)} finds no solution:\n{done.stderr}")
    found = {}
    for item in json.loads(done.stdout)["install"]:
        name = re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()
        if not name.startswith(CUDA):
            found[name] = item["metadata"]["version"].partition("+")[0]  # "+cpu" is bootstrap.py's choice, not a pin
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Write constraints.txt anew from what pip finds today.")
    parser.add_argument("pythons", nargs="+", metavar="PYTHON", help="interpreters with pip, the oldest first")
    parser.add_argument("--also", nargs="*", default=[], metavar="X.Y", help="versions to check without an interpreter")
    parser.add_argument("--hold", nargs="*", default=[], metavar="NAME==VERSION", help="pins that are given")
    args = parser.parse_args()
    runs: list[tuple[str, list[str]]] = [(python, []) for python in args.pythons]
    runs += [(args.pythons[-1], ["--python-version", version, "--only-binary=:all:"]) for version in args.also]
    pins = dict(hold.split("==") for hold in args.hold)
    for python, options in runs:
        found = resolve(python, pins, options)
        new = {name: version for name, version in found.items() if name not in pins}
        print(f"{python} {' '.join(options)}: {len(found)} packages, {len(new)} of them new", flush=True)
        pins |= new
    CONSTRAINTS.write_text(HEADER + "".join(f"{n}=={v}\n" for n, v in sorted(pins.items())), encoding="utf-8")


if __name__ == "__main__":
    main()
