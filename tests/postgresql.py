"""A real PostgreSQL for the tests, on the loopback interface."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from tests.serving import free_port

START_SECONDS = 60
STOP_SECONDS = 60


class PostgreSQL:
    """A cluster in a folder, which can be stopped, killed and started again."""

    def __init__(self, folder: Path, primary: "PostgreSQL | None" = None) -> None:
        """Make an empty cluster, or a standby of `primary`."""
        self.folder = folder
        self.port = free_port()
        self._bin = _binaries()
        # It refuses to run as root, so Debian's package has a user for it.
        user = "postgres" if os.geteuid() == 0 else None
        self._as_user: dict[str, Any] = {"cwd": folder}
        self._numbers = count()
        if user:
            self._as_user |= {"user": user, "group": user, "extra_groups": []}
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes]
        data = ("-D", str(self._data))
        if primary is None:
            self.run("initdb", *data, "-U", "accord", "-A", "trust", "-E", "UTF8", "--no-sync")
        else:
            self.run("pg_basebackup", *data, "-R", "--no-sync", "-c", "fast", "-d", primary.url("postgres"))

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, in the cluster's folder."""
        done = subprocess.run(
            [self._bin / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **self._as_user,
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start it as a child of this process, which thereby notices at once when it ends."""
        options = ("-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder))
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", str(self._data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._as_user,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers:
            log_text = (self.folder / "log").read_text()[-2000:]
            assert self._process.poll() is None, log_text
            assert time.monotonic() < deadline, f"not started in {START_SECONDS} s: {log_text}"
            time.sleep(0.02)

    @property
    def _answers(self) -> bool:
        """Return whether it accepts connections: line 8 of postmaster.pid, which `pg_ctl` reads."""
        with suppress(FileNotFoundError):
            lines = [line.strip() for line in (self._data / "postmaster.pid").read_text().splitlines()]
            return len(lines) >= 8 and lines[0] == str(self._process.pid) and lines[7] in ("ready", "standby")
        return False

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Stop it at once, without waiting for connections."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """Kill all of its processes, as a power failure would."""
        pid = self._process.pid
        self._process.send_signal(signal.SIGSTOP)  # so that it starts no child after they were listed
        os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        for each in (pid, *children):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)
        while not all(_has_ended(each) for each in children):
            time.sleep(0.01)

    def promote(self) -> None:
        """Promote a standby."""
        self.run("pg_ctl", "-D", str(self._data), "-s", "-w", "promote")

    def wait_for_standby(self) -> None:
        """Make each commit wait for a standby."""
        for sql in (
            "ALTER SYSTEM SET synchronous_standby_names = '*'",
            "SELECT pg_reload_conf()",
            "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync') LOOP "
            "PERFORM pg_sleep(0.05), pg_stat_clear_snapshot(); END LOOP; END $$",
        ):
            self.run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, self.url("postgres"))

    def url(self, database: str) -> str:
        """Return the URL of a database here."""
        return f"postgresql://accord@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Return the URL of a new database."""
        name = f"accord_{next(self._numbers)}"
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "accord", name)
        return self.url(name)

    def empty(self, url: str) -> None:
        """Disconnect the database's clients, and drop everything in it."""
        used = "FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"
        ended = f"SELECT pg_terminate_backend(pid, 5000) {used}"
        dropped = "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        self.run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", ended, "-c", dropped, url)


def _has_ended(pid: int) -> bool:
    """Return whether a process is gone, or is a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] in "ZX"


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    path = found[-1] if found else shutil.which("initdb")
    assert path, "PostgreSQL's server is missing: apt-get install postgresql"
    return Path(path).parent


@contextmanager
def running_postgresql(primary: PostgreSQL | None = None, parent: Path | None = None) -> Iterator[PostgreSQL]:
    """Yield a running cluster in a new folder (in `parent`); end it and remove the folder."""
    folder = Path(tempfile.mkdtemp(prefix="accord-postgresql-", dir=parent))
    try:
        server = PostgreSQL(folder, primary)
        server.start()
        try:
            yield server
        finally:
            if server.runs:
                server.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def running_standby(primary: PostgreSQL) -> Iterator[PostgreSQL]:
    """Yield a standby of `primary`, whose commits wait for it."""
    with running_postgresql(primary) as standby:
        primary.wait_for_standby()
        yield standby
