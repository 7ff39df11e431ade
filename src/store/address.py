"""The database URL: parsed and checked without connecting to the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

_PASSWORD = re.compile(r"(://[^/?#\s:@]*:)[^/?#\s]*@|(password=)[^&\s'\"]*", re.IGNORECASE)


class StorageUnusable(Exception):
    """The database can never be used with this URL. The message is one line with the reason."""


@dataclass(frozen=True, slots=True)
class Address:
    """A SQLite `file`, or the `url` of a PostgreSQL database as SQLAlchemy reads it."""

    file: Path | None = None
    url: str = ""

    @classmethod
    def parsed(cls, url: str) -> Address:
        """Return the address of `url`. Raises ValueError if it is neither SQLite nor PostgreSQL."""
        scheme, separator, rest = url.partition("://")
        if separator and scheme in ("sqlite", "sqlite+aiosqlite"):
            if not rest.startswith("/") or rest in ("/", "/:memory:"):
                raise ValueError("a file is named with three slashes, or four where its path is absolute")
            return cls(file=Path(rest[1:]))
        if separator and scheme in ("postgresql", "postgres", "postgresql+asyncpg"):
            return cls(url=_postgresql(url))
        raise ValueError("not a URL of SQLite or PostgreSQL")

    def __str__(self) -> str:
        return str(self.file) if self.file else without_passwords(self.url)


def _postgresql(url: str) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query)
    account, at, servers = parts.netloc.rpartition("@")
    if "," in servers:  # several hosts, as in libpq; SQLAlchemy keeps each in the query
        hosts = [urlsplit(f"//{host}") for host in servers.split(",")]
        query = [("host", f"{host.hostname or ''}:{host.port or 5432}") for host in hosts] + query
        netloc = f"{account}{at}"
    else:
        _ = parts.port  # raises ValueError if it is invalid
        netloc = parts.netloc
    if not (parts.hostname or "host" in dict(query)) or not parts.path.strip("/"):
        raise ValueError("a host and a database are needed")
    # libpq calls it sslmode, asyncpg ssl; their values are the same.
    options = urlencode([("ssl" if name == "sslmode" else name, value) for name, value in query])
    return f"postgresql+asyncpg://{netloc}{parts.path}" + (f"?{options}" if options else "")


def checked(url: str) -> str:
    """Return `url` if it can be read; raise ValueError if it cannot."""
    Address.parsed(url)
    return url


def without_passwords(text: str) -> str:
    """Return `text` with the passwords in its URLs masked."""
    return _PASSWORD.sub(lambda found: f"{found[1]}****@" if found[1] else f"{found[2]}****", text)


def reason(error: BaseException) -> str:
    """Return a database error as one line, without SQL, values or passwords."""
    cause = getattr(error, "orig", None) or error
    return without_passwords(" ".join(str(cause).split())) or type(cause).__name__
