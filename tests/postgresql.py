"""A real PostgreSQL of the test's own, on the loopback."""

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

from tests.serving import free_port


class PostgreSQL:
    """A cluster in a folder, which can be stopped, killed and started again."""

    def __init__(self, folder: Path, primary: "PostgreSQL | None" = None) -> None:
        """Make an empty cluster, or a standby of `primary`."""
        self.folder = folder
        self.port = free_port()
        self._bin = _binaries()
        # It refuses to run as root, so Debian's package has a user for it.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._numbers = count()
        if self._user:
            user = pwd.getpwnam(self._user)
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = ("-D", str(folder / "data"))
        if primary is None:
            self.run("initdb", *data, "-U", "accord", "-A", "trust", "-E", "UTF8", "--no-sync")
        else:
            self.run("pg_basebackup", *data, "-R", "--no-sync", "-c", "fast", "-d", primary.url("postgres"))

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, in the cluster's folder."""
        done = subprocess.run(
            [self._bin / program, *arguments],
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    def _control(self, *arguments: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-s", "-w", *arguments)

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder}"
        self._control("-l", str(self.folder / "log"), "-o", options, "start")

    @property
    def runs(self) -> bool:
        return (self.folder / "data" / "postmaster.pid").exists()

    def stop(self) -> None:
        """Stop it at once: connections are broken off."""
        self._control("-m", "immediate", "stop")

    def kill(self) -> None:
        """End all of its processes, as a machine that loses its power does."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)

    def promote(self) -> None:
        """Have a standby take writes."""
        self._control("promote")

    def wait_for_standby(self) -> None:
        """Have each commit wait until a standby has it."""
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


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    path = found[-1] if found else shutil.which("initdb")
    assert path, "PostgreSQL's server is missing: apt-get install postgresql"
    return Path(path).parent


@contextmanager
def running_postgresql(primary: PostgreSQL | None = None) -> Iterator[PostgreSQL]:
    """Give a cluster that runs; end it and remove its folder."""
    folder = Path(tempfile.mkdtemp(prefix="accord-postgresql-"))
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
    """Give a standby of `primary`, whose commits wait for it."""
    with running_postgresql(primary) as standby:
        primary.wait_for_standby()
        yield standby
