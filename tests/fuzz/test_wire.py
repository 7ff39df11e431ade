"""The fuzzers' own client."""

import socket
import time
from typing import Any

import pytest

from tests.fuzz.wire import exchanged


def test_a_client_that_was_paused_before_it_sent_asks_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has closed the connection by then, on which nothing came."""
    connect, pauses = socket.create_connection, [0.5]

    def connected(*arguments: Any, **named: Any) -> socket.socket:
        connection = connect(*arguments, **named)
        if pauses:
            time.sleep(pauses.pop())
        return connection

    monkeypatch.setattr(socket, "create_connection", connected)
    head = b"GET /v1/version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    [answer] = exchanged(port, head)
    assert answer.status == 200
    assert pauses == []
