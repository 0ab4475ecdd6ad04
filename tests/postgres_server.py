"""A PostgreSQL server of the tests' own: Debian's programs, a temporary folder, loopback only, an unprivileged user."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REQUIRED = "TVAU_TEST_POSTGRES"
"""Where this variable of the environment says "required", tests fail where there is no server instead of skipping."""

_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")


class NoServerError(Exception):
    """Why there is none, in a sentence."""


class Server:
    """A running server. Each test that asks for `project` gets the same database, as it was when it was new: a database
    of its own for each would take ten times as long.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self._restore = ""

    def url(self, database: str) -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            found = connection.execute(statement)  # type: ignore[call-overload]
            return list(found.fetchall()) if found.description else []

    def keep(self) -> None:
        """Remember what the database `project` holds now: `project` gives it like this."""
        tables = self.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", "project")
        names = [f'"{name}"' for (name,) in tables]
        copies = [f"CREATE TABLE kept.{name} AS TABLE public.{name}" for name in names]
        self.run("; ".join(["CREATE SCHEMA kept", *copies]), "project")
        empty = [f"DELETE FROM public.{name}" for name in names]
        fill = [f"INSERT INTO public.{name} SELECT * FROM kept.{name}" for name in names]
        self._restore = "; ".join(["BEGIN", *empty, *fill, "COMMIT"])

    def project(self) -> str:
        """The URL of an empty project."""
        self.run(self._restore, "project")
        return self.url("project")


def find_programs() -> Path:
    """The folder of `initdb` and `postgres`. Raises NoServerError."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: [int(n) for n in p.parent.name.split(".")])
    for folder in [*reversed(debian), *(Path(p) for p in os.environ.get("PATH", "").split(os.pathsep))]:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise NoServerError("PostgreSQL's server is not on this machine (Debian: apt-get install postgresql)")


def _user() -> tuple[list[str], int | None]:
    """What starts a program as somebody who may run the server, and who that is: the server refuses to be root."""
    if os.geteuid() != 0:
        return [], None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        ids = [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
        if (setpriv := shutil.which("setpriv")) is not None:
            return [setpriv, *ids], entry.pw_uid
        if (runuser := shutil.which("runuser")) is not None:
            return [runuser, "-u", name, "--"], entry.pw_uid
    raise NoServerError("root may not run PostgreSQL, and there is no setpriv or runuser to run it as somebody else")


_WATCHED = '"$@" & server=$!; read -r _; kill -QUIT $server; wait $server'
"""A shell that stops what it started when its input ends: when we close it, or are killed."""


def _answers(port: int) -> None:
    """Wait until the server takes connections. Raises NoServerError where it does not in a minute."""
    import psycopg

    for _ in range(600):
        try:
            psycopg.connect(f"postgresql://tester@127.0.0.1:{port}/postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            threading.Event().wait(0.1)
        else:
            return
    raise NoServerError("PostgreSQL's server did not take connections within a minute")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the context lasts. Raises NoServerError where there can be none."""
    if os.name != "posix":
        raise NoServerError("the tests start PostgreSQL only on POSIX systems")
    programs = find_programs()
    prefix, owner = _user()
    # Not in pytest's own folder, which nobody but its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix=f"tvau-pg-{secrets.token_hex(3)}-"))
    try:
        if owner is not None:
            os.chown(folder, owner, -1)
        data = folder / "data"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C.UTF-8"}

        def call(program: str, *words: str) -> None:
            done = subprocess.run(
                [*prefix, str(programs / program), *words],
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if done.returncode:
                log = folder / "log"
                said = (done.stdout or "") + (log.read_text(errors="replace") if log.exists() else "")
                raise NoServerError(f"PostgreSQL's {program} failed: {' '.join(said.split())[-300:]}")

        call("initdb", "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions")
        port = _free_port()
        settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *_FAST]
        settings += ["shared_buffers=32MB", "max_connections=60"]
        words = [part for setting in settings for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*prefix, "/bin/sh", "-c", _WATCHED, "sh", str(programs / "postgres"), "-D", str(data), *words],
                env=environment,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            _answers(port)
            yield Server(port)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
