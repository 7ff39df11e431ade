"""The connections of a process with other hosts, on real sockets: 127.0.0.2 is another host to 127.0.0.1."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from accord.engine.nodes import Nodes, connected_hosts, wait_until_connected, wait_until_disconnected
from accord.engine.processes import Process


def me() -> Process:
    process = Process.of(os.getpid())
    assert process is not None
    return process


@contextmanager
def connected(family: socket.AddressFamily, here: str, there: str) -> Iterator[socket.socket]:
    """Connect `here` with `there`; the accepted side is given."""
    with socket.socket(family) as listener, socket.socket(family) as client:
        listener.bind((there, 0))
        listener.listen()
        client.bind((here, 0))
        client.connect(listener.getsockname()[:2])
        accepted, _ = listener.accept()
        with accepted:
            yield accepted


def test_connections_with_other_hosts_are_found() -> None:
    with connected(socket.AF_INET, "127.0.0.7", "127.0.0.1"):
        assert {"127.0.0.7", "127.0.0.1"} <= connected_hosts([me()])
    assert "127.0.0.7" not in connected_hosts([me()])


def test_connections_within_the_host_are_none() -> None:
    with connected(socket.AF_INET, "127.0.0.8", "127.0.0.8"):
        assert "127.0.0.8" not in connected_hosts([me()])


def test_ipv4_in_ipv6_is_ipv4() -> None:
    with connected(socket.AF_INET6, "::ffff:127.0.0.9", "::ffff:127.0.0.1"):
        assert "127.0.0.9" in connected_hosts([me()])


def test_a_host_is_gone_once_no_connection_is_left_at_two_looks() -> None:
    with connected(socket.AF_INET, "127.0.0.10", "127.0.0.1"):
        with connected(socket.AF_INET, "127.0.0.10", "127.0.0.1"):
            nodes = Nodes([me()])
        assert nodes.gone() is None
        assert nodes.gone() is None
    assert nodes.gone() is None
    assert nodes.gone() in ("127.0.0.10", "127.0.0.1")


def test_no_processes_have_no_connections() -> None:
    assert Nodes([]).gone() is None


def test_a_node_ends_when_its_head_has_closed_its_connections() -> None:
    """The head's name may be unknown at first, and nothing be connected."""
    looks = 0

    def processes() -> list[Process]:
        nonlocal looks
        looks += 1
        if looks == 3:
            connections.enter_context(connected(socket.AF_INET, "127.0.0.11", "127.0.0.1"))
        elif looks == 6:
            connections.close()
        return [me()]

    with ExitStack() as connections:
        assert wait_until_connected("127.0.0.11", processes, 60, check_seconds=0)
        wait_until_disconnected("127.0.0.11", processes, check_seconds=0)
    assert looks == 7  # two looks without a connection


def test_a_missing_head_is_waited_for_until_the_timeout() -> None:
    assert not wait_until_connected("127.0.0.12", lambda: [me()], 0)
    assert not wait_until_connected("no.such.host.invalid", lambda: [me()], 0)
