"""The command line: one file per verb, found by itself.

A verb module holds ``HELP`` (one line), ``add_arguments(parser)`` and ``run(args) -> int | None``; ``HAS_JSON = True``
adds ``--json``, ``HAS_MODEL = True`` adds ``--model`` and ``--device``; ``OWN_MODEL = True`` says that the verb adds
these two itself, with a default of its own. Heavy libraries are imported inside `run`, so
that ``--help`` stays instant.
Begin with `main`.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import pkgutil
import signal
import sys
from collections.abc import Sequence
from types import ModuleType

import tvau_studio
from tvau_studio.domain.errors import Cancelled, StudioError

WINDOW = "window"
"""The verb that runs where none is named."""


def verbs() -> dict[str, ModuleType]:
    """Every verb by its name, in alphabetical order."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name.rstrip("_"): module for name, module in modules.items() if hasattr(module, "run")}


def _parser(name: str, module: ModuleType) -> argparse.ArgumentParser:
    prog = "tvau-studio" if name == WINDOW else f"tvau-studio {name}"
    parser = argparse.ArgumentParser(prog=prog, description=module.HELP, epilog=getattr(module, "EPILOG", None))
    module.add_arguments(parser)
    if getattr(module, "HAS_MODEL", False):
        parser.add_argument(
            "--model", default="tvau-tiny", metavar="NAME_OR_PATH", help="which model (default: tvau-tiny, shipped)"
        )
        parser.add_argument(
            "--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where it computes"
        )
    if getattr(module, "HAS_JSON", False):
        parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--debug", action="store_true", help="log everything; show where an error came from")
    if name == WINDOW:
        parser.add_argument("--version", action="version", version=f"tvau-studio {tvau_studio.__version__}")
    return parser


def _overview(found: dict[str, ModuleType]) -> str:
    width = max(map(len, found))
    rows = "\n".join(f"  {name:<{width}}  {module.HELP}" for name, module in found.items() if name != WINDOW)
    return (
        "usage: tvau-studio [PATH ...] | tvau-studio VERB ...\n\n"
        "With no verb it opens the window: on a project, on videos, or on a folder of videos.\n\n"
        f"verbs:\n{rows}\n\nEvery verb takes --help and --debug. Options of the window: tvau-studio window --help."
    )


def _guarded(run: ModuleType, args: argparse.Namespace) -> int:
    try:
        return int(run.run(args) or 0)
    except StudioError as error:
        if args.debug:
            raise
        print(f"tvau-studio: {str(error).strip()}", file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, Cancelled):
        print("tvau-studio: stopped; nothing was left half-written.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        if args.debug:
            raise
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        kind = type(error).__name__
        text = " ".join(str(error).split())[:300]
        print(
            f"tvau-studio: an unexpected error ({kind}: {text}); run again with --debug and report it.", file=sys.stderr
        )
        return 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code: 0 done, 1 failed (one line on stderr), 2 wrong usage, 130
    stopped.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    found = verbs()
    if words[:1] in (["--help"], ["-h"], ["help"]):
        print(_overview(found))
        return 0
    name = words.pop(0) if words and words[0] in found else WINDOW
    parser = _parser(name, found[name])
    try:
        args = parser.parse_args(_protect(words, parser))
    except SystemExit as stop:
        return int(stop.code or 0) if not isinstance(stop.code, str) else 2
    logging.basicConfig(
        level=logging.DEBUG if args.debug else logging.ERROR, format="%(levelname)s %(name)s: %(message)s"
    )
    signal.signal(signal.SIGTERM, _terminate)
    return _guarded(found[name], args)


def _terminate(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _protect(words: list[str], parser: argparse.ArgumentParser) -> list[str]:
    """An existing file whose name begins with a dash is a file, not an option: argparse takes it once ``./`` stands
    before it.
    """
    from pathlib import Path

    options = set(parser._option_string_actions)
    return [f"./{w}" if w.startswith("-") and w not in options and Path(w).is_file() else w for w in words]
