"""What the window says, gathered from the code: which of it has no translation yet, and which translation has no use.

python packaging/words.py            # what is missing, as JSON to be filled in; exit 1 where something is
python packaging/words.py --bare     # texts that look as if a person reads them, but do not go through `tr`
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUI = ROOT / "tvau_studio" / "gui"
FORMATS = ROOT / "tvau_studio" / "formats"
WORDS = ROOT / "resources" / "words"

TRANSLATED = {"tr", "_tr"}
"""Functions and methods whose first argument is looked up."""

DATA = {
    "Command": (1, 2),
    "Dock": (0,),
    "Setting": (2,),
    "Chart": (1, 2),
    "edit": (0,),
    "Edit": (0,),
    "_button": (1,),
    "_text_button": (0, 2),
    "_spin": (1, 2),
    "Step": (1, 2),
}
"""Classes of data whose texts are looked up where they are shown: the places of these among the arguments."""

SHOWN = {"setText", "setToolTip", "setWindowTitle", "setAccessibleName", "setPlaceholderText", "addAction", "addRow"}
SHOWN |= {"QLabel", "QPushButton", "QCheckBox", "label", "button", "link", "addTab", "addItem", "setStatusTip"}
"""Calls whose texts a person reads."""


def found() -> set[str]:
    """Every English text that is looked up."""
    texts: set[str] = set()
    for path in sorted((ROOT / "tvau_studio").rglob("*.py")):
        for call in _calls(path):
            name = _name(call)
            if name == "Table" and path.parent.name == "services":  # a name and the heads of its columns
                texts.update(_texts(call.args[0]))
                heads = [t for part in getattr(call.args[1], "elts", ()) for t in _texts(part)]
                texts.update(t[:1].upper() + t[1:] for t in heads)
            if FORMATS in path.parents:
                texts.update(t for word in call.keywords if word.arg == "title" for t in _texts(word.value))
            if name in TRANSLATED and GUI in path.parents and call.args:
                texts.update(_texts(call.args[0]))
            elif name in DATA:
                for place in DATA[name]:
                    for text in _texts(call.args[place]) if place < len(call.args) else []:
                        texts.update(text.split("/") if (name, place) == ("Command", 2) else [text])
            elif name in ("StudioError", "UsageError") and call.args:
                texts.update(_texts(call.args[0]))
    return {t for t in texts if any(c.isalpha() for c in t)} | constants()


def constants() -> set[str]:
    """Texts of tables that are looked up by what they hold."""
    sys.path.insert(0, str(ROOT))
    from tvau_studio.domain.geometry import REGIONS
    from tvau_studio.domain.labels import EVENTS, REASONS, SPLITS, STATES
    from tvau_studio.gui.dataset._model import COLUMNS
    from tvau_studio.services.settings import TABLE

    texts = {
        "Review",
        "Splits",
        "nobody yet",
        "no event",
        "From",
        "To",
        *REGIONS,
        *EVENTS,
        *SPLITS,
        *STATES,
        *REASONS,
        *(title for _, title in COLUMNS),
    }
    texts |= {f"Mark as {state}" for state in STATES}
    texts |= {word[:1].upper() + word[1:] for word in (*STATES, *REASONS)}
    for setting in TABLE:
        texts |= {setting.label, setting.group, *(setting.choices or ())} if setting.group else set()
    return texts


def bare() -> Iterator[str]:
    """file:line: text of what a person reads and is not looked up."""
    for path in sorted(GUI.rglob("*.py")):
        for call in _calls(path):
            if _name(call) in SHOWN:
                for text in (t for arg in call.args[:2] for t in _texts(arg)):
                    if (sum(c.isalpha() for c in text) > 2 and " " in text.strip()) or text[:1].isupper():
                        yield f"{path.relative_to(ROOT)}:{call.lineno}: {text}"


def literals() -> set[str]:
    """Every text constant of the product: what a table holds is looked up where the table is shown."""
    texts: set[str] = set()
    for path in sorted((ROOT / "tvau_studio").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
    return texts


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _texts(node: ast.expr) -> list[str]:
    """The texts that an argument may be: a constant, either side of a condition, the parts of a formatted one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return [v.value for v in node.values if isinstance(v, ast.Constant) and isinstance(v.value, str)]
    return []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bare", action="store_true")
    if parser.parse_args().bare:
        print("\n".join(bare()))
        return 0
    wanted, held = found(), literals()
    missing = False
    for path in sorted(WORDS.glob("*.json")):
        known = json.loads(path.read_text(encoding="utf-8"))
        lacks = sorted(wanted - known.keys())
        missing |= bool(lacks)
        print(json.dumps(dict.fromkeys(lacks, ""), ensure_ascii=False, indent=1))
        stale = sorted(known.keys() - wanted - held)
        print(f"{path.name}: {len(lacks)} missing, {len(stale)} of no use: {stale}", file=sys.stderr)
    return int(missing)


if __name__ == "__main__":
    sys.exit(main())
