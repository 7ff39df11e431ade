"""The other nodes that an engine runs on, observed by their TCP connections."""

from __future__ import annotations

import ipaddress
import os
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from accord.engine.processes import Process

_ESTABLISHED = "01"


class Nodes:
    """The hosts with which `processes` have connections. vLLM's processes keep one with each node.

    When the last process of a node ends, the kernel of that node closes its connections, but vLLM does not
    detect it: it waits for the answer of a worker that is gone.
    """

    def __init__(self, processes: list[Process]) -> None:
        self.processes = processes
        self.known = connected_hosts(processes)
        self._missing: set[str] = set()

    def gone(self) -> str | None:
        """Return a host without connections in this check and the one before it."""
        before, self._missing = self._missing, self.known - connected_hosts(self.processes)
        return next(iter(sorted(before & self._missing)), None)


CHECK_SECONDS = 0.5


def wait_until_connected(
    host: str, processes: Callable[[], list[Process]], seconds: float, check_seconds: float = CHECK_SECONDS
) -> bool:
    """Return whether the processes connect with `host` within so many seconds, as soon as they do."""
    began = time.monotonic()
    while not _addresses(host) & connected_hosts(processes()):
        if time.monotonic() - began >= seconds:
            return False
        time.sleep(check_seconds)
    return True


def wait_until_disconnected(
    host: str, processes: Callable[[], list[Process]], check_seconds: float = CHECK_SECONDS
) -> None:
    """Wait until the connected processes have no connection with `host` in two checks in a row."""
    addresses, missed = _addresses(host), 0
    while missed < 2:
        time.sleep(check_seconds)
        missed = 0 if addresses & connected_hosts(processes()) else missed + 1


def _addresses(host: str) -> set[str]:
    """Return the addresses of `host`; none while its name cannot be resolved."""
    with suppress(OSError):
        return {str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    return set()


def connected_hosts(processes: Iterable[Process]) -> set[str]:
    """Return the addresses of other hosts with which `processes` have a TCP connection."""
    hosts: set[str] = set()
    for process in processes:
        folder = Path("/proc") / str(process.pid)
        sockets = _sockets(folder)
        for name in ("tcp", "tcp6"):
            with suppress(OSError):
                for line in (folder / "net" / name).read_text().splitlines()[1:]:
                    fields = line.split()
                    here, there = (_address(field) for field in fields[1:3])
                    if fields[3] == _ESTABLISHED and fields[9] in sockets and here != there:
                        hosts.add(str(there))
    return hosts


def _sockets(folder: Path) -> set[str]:
    """Return the inodes of the sockets that a process has open."""
    inodes: set[str] = set()
    with suppress(OSError):
        for descriptor in (folder / "fd").iterdir():
            with suppress(OSError):
                target = os.readlink(descriptor)
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
    return inodes


def _address(field: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Read `0100007F:1F90`: words of four bytes, each in the machine's byte order."""
    written = bytes.fromhex(field.partition(":")[0])
    ordered = b"".join(written[i : i + 4][::-1] for i in range(0, len(written), 4))
    address = ipaddress.ip_address(ordered)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
