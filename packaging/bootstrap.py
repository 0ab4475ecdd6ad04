#!/usr/bin/env python3
"""Set tvau-studio up from a bare checkout and start it, or run its tests.

    python3 packaging/bootstrap.py run [--cuda] [ARGS]    set up, then start: tvau-studio demo ARGS
    python3 packaging/bootstrap.py test [--cuda] [ARGS]   set up with the test tools, then run: pytest ARGS, headless

It needs nothing but Python's standard library and works from any folder. The environment is `.venv` in the project's
root, made with the Python that runs this file. PyTorch is a build for the CPU unless --cuda is given, and stays what it
is once --cuda was given. What is already there is not done again: a stamp in `.venv` says what it was made from.
On Linux the system libraries and fonts that Qt needs are looked for; as root they are installed with apt-get, else
the one command that does it is printed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import system_libraries

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "tvau-studio-setup.json"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
PYTORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
OLDEST, TOO_NEW = (3, 11), (3, 15)
USAGE = "usage: python3 packaging/bootstrap.py run|test [--cuda] [ARGS]"


class SetupError(Exception):
    """One sentence for the person in front of the terminal: what is wrong and what to do."""


def say(text: str) -> None:
    print(f"bootstrap: {text}", file=sys.stderr, flush=True)


# --- the virtual environment -------------------------------------------------------------------------------------


def venv_program(name: str) -> Path:
    return VENV / ("Scripts" if os.name == "nt" else "bin") / (name + (".exe" if os.name == "nt" else ""))


def check_python() -> None:
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        raise SetupError(
            "tvau-studio needs Python 3.11 to 3.14 and this is {}.{}; start this file with one of those, for example "
            "python3.12 packaging/bootstrap.py.".format(*sys.version_info[:2])
        )


def venv_is_sound() -> bool:
    """Whether .venv runs, has pip, and is of the same Python as the one that runs this file."""
    probe = "import pip, sys; print(*sys.version_info[:3])"
    try:
        done = subprocess.run([str(venv_program("python")), "-c", probe], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.split() == [str(n) for n in sys.version_info[:3]]


def make_venv() -> None:
    if VENV.is_dir() and any(VENV.iterdir()):
        if not (VENV / "pyvenv.cfg").is_file():
            raise SetupError(f"{VENV} is no virtual environment; move it away and start again.")
        say(f"{VENV} is broken or of another Python; making it again")
    shutil.rmtree(VENV, ignore_errors=True)
    say("making .venv with Python {}.{}.{}".format(*sys.version_info[:3]))
    base = getattr(sys, "_base_executable", None) or sys.executable  # started by .venv's own python: the one below it
    done = subprocess.run([base, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        reason = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise SetupError(f"Python could not make {VENV}: {' '.join(reason)}")


# --- packages ----------------------------------------------------------------------------------------------------


def pip(*arguments: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    """Run .venv's pip as it is configured on this machine; only PIP_USER, which a venv cannot honour, is unset."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX")}
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    command = [str(venv_program("python")), "-m", "pip", *arguments]
    return subprocess.run(command, env=environment, capture_output=capture, text=True, check=False)


def pinned(package: str) -> str:
    """The requirement ``package==version`` of the constraints file."""
    for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines():
        requirement = line.split(";")[0].strip()
        if requirement.partition("==")[0].lower() == package:
            return requirement
    raise SetupError(f"{CONSTRAINTS} pins no {package}; restore the file.")


def brings_cuda(report: str) -> bool:
    """Whether pip's dry-run report would install NVIDIA's libraries, which a CPU build of PyTorch never asks for."""
    names = [item["metadata"]["name"].lower() for item in json.loads(report)["install"]]
    return any(name.startswith("nvidia-") for name in names)


def torch_is_cpu_build() -> bool:
    probe = "import importlib.metadata as m; print(m.version('torch'))"
    done = subprocess.run([str(venv_program("python")), "-c", probe], capture_output=True, text=True, check=False)
    return done.stdout.strip().endswith("+cpu")


def install_torch(cuda: bool) -> None:
    """CPU: what pip finds where that is a CPU build, else PyTorch's own CPU index, else whatever pip finds."""
    torch = pinned("torch")
    constrained = ["--constraint", str(CONSTRAINTS), torch]
    if cuda:
        if torch_is_cpu_build():
            pip("uninstall", "--yes", "--quiet", "torch")
        say(f"installing {torch} (CUDA, several GB)")
        if pip("install", *constrained).returncode != 0:
            raise SetupError(f"pip could not install {torch}; what it says stands above.")
        if torch_is_cpu_build():
            say("pip finds only a CPU build of PyTorch on this machine; going on with it")
        return
    found = pip("install", "--dry-run", "--quiet", "--report", "-", *constrained, capture=True)
    if found.returncode == 0 and not brings_cuda(found.stdout):
        say(f"installing {torch} (CPU)")
        if pip("install", *constrained).returncode == 0:
            return
    else:
        say(f"installing {torch} (CPU) from {PYTORCH_CPU_INDEX}")
        # Its dependencies come from the usual index with the rest: this one holds other versions of them.
        only_torch = ["--no-deps", "--retries", "1", "--index-url", PYTORCH_CPU_INDEX, f"{torch}+cpu"]
        if pip("install", "--quiet", *only_torch, capture=True).returncode == 0:
            return
        say(f"no CPU build there; installing {torch} as pip finds it, which may be several GB")
        if pip("install", *constrained).returncode == 0:
            return
    raise SetupError(f"pip could not install {torch}; what it says stands above. Check the network and start again.")


def fingerprint() -> str:
    """Changes with whatever the environment is made from: the project's requirements, the pins, Python, the place."""
    import tomllib  # here, so that an older Python gets as far as being told that it is too old

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    made_from = [project["build-system"], project["project"], project["tool"]["hatch"]]
    place = [sys.version_info[:3], str(ROOT)]
    parts = json.dumps([made_from, CONSTRAINTS.read_text(encoding="utf-8"), place])
    return hashlib.sha256(parts.encode()).hexdigest()


def read_stamp() -> dict[str, object]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def set_up(testing: bool, cuda: bool, on_screen: bool) -> None:
    """Make .venv what is asked for, or leave it alone where its stamp says that it is."""
    sound = venv_is_sound()
    stamp = read_stamp() if sound else {}
    # What was once asked for stays, so that `run` after `test` has nothing to do.
    dev, cuda = testing or bool(stamp.get("dev")), cuda or bool(stamp.get("cuda"))
    wanted = {"fingerprint": fingerprint(), "dev": dev, "cuda": cuda}
    ready = stamp == wanted
    system_libraries.ensure(on_screen=on_screen, testing=testing, first=not ready, say=say)
    if ready:
        return
    if not sound:
        make_venv()
    STAMP.unlink(missing_ok=True)
    install_torch(cuda)
    project = f"{ROOT}[dev]" if dev else str(ROOT)
    say("installing tvau-studio and what it needs")
    if pip("install", "--constraint", str(CONSTRAINTS), "--editable", project).returncode != 0:
        raise SetupError(
            "pip could not install tvau-studio; what it says stands above. Check the network and try again."
        )
    STAMP.write_text(json.dumps(wanted), encoding="utf-8")


# --- the two commands --------------------------------------------------------------------------------------------


def start(command: list[str]) -> int:
    """Hand over to `command`: in place of this process where the system can, so that signals reach it."""
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


def main(arguments: list[str]) -> int:
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if arguments[:1] not in (["run"], ["test"]):
        print(USAGE, file=sys.stderr)
        return 2
    testing, rest = arguments[0] == "test", arguments[1:]
    if cuda := rest[:1] == ["--cuda"]:
        rest = rest[1:]
    try:
        check_python()
        platform = "offscreen" if testing else os.environ.get("QT_QPA_PLATFORM", "")
        set_up(testing=testing, cuda=cuda, on_screen=platform in ("", "xcb"))
    except (SetupError, system_libraries.MissingLibrariesError, OSError) as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("stopped; the next start goes on from here.")
        return 130
    if not testing:
        return start([str(venv_program("tvau-studio")), "demo", *rest])
    os.environ.update(QT_QPA_PLATFORM="offscreen", HF_HUB_OFFLINE="1")
    os.chdir(ROOT)
    return start([str(venv_program("python")), "-m", "pytest", *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
