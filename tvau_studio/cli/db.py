"""``tvau-studio db``: is a project sound, a copy of it, a newer schema, counts."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

HELP = "checks, copies, upgrades and counts a project"
HAS_JSON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("check", "backup", "upgrade", "stats"),
        help="check: is it sound; backup: a copy, also of one in use; upgrade: to the newest schema; stats: counts",
    )
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("-o", "--out", metavar="OUT", help="where the backup goes (default: beside it)")


def run(args: argparse.Namespace) -> int:
    from tvau_studio.domain.errors import UsageError
    from tvau_studio.services import maintenance

    if args.out and args.action != "backup":
        raise UsageError("-o belongs to db backup alone.")
    if args.action == "backup":
        copy = maintenance.backup(args.project, args.out)
        print(json.dumps({"project": args.project, "backup": str(copy)}, ensure_ascii=False) if args.json else copy)
        return 0
    actions = {"check": maintenance.check, "upgrade": maintenance.upgrade, "stats": maintenance.stats}
    facts = actions[args.action](args.project)
    if args.json:
        print(json.dumps(facts, ensure_ascii=False))
    elif args.action == "stats":
        _print_table(facts)
    elif args.action == "upgrade":
        print(_upgraded(facts))
    elif facts["sound"]:
        print(f"{facts['project']} is sound.")
    if args.action == "check" and not facts["sound"]:
        if not args.json:
            print("\n".join(facts["problems"]))
        print(f"tvau-studio: {facts['project']} is damaged; go back to its last backup.", file=sys.stderr)
        return 1
    return 0


def _upgraded(facts: dict[str, Any]) -> str:
    if facts["before"] == facts["after"]:
        return f"{facts['project']} has the newest schema ({facts['after']}) already."
    kept = f"; its former state is {facts['backup']}" if facts["backup"] else ""
    return f"{facts['project']} was upgraded from schema {facts['before']} to {facts['after']}{kept}."


def _print_table(facts: dict[str, Any]) -> None:
    rows = []
    for name, value in facts.items():
        rows += [(f"{name}: {k}", v) for k, v in value.items()] if isinstance(value, dict) else [(name, value)]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")
