"""What receives the engine's messages loses none, whatever its reader does meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import zmq
import zmq.asyncio

from accord.engine.vllm.shortcuts.receiving import OnlyReader
from accord.engine.vllm.shortcuts.shortcut import Patches

ADDRESS = "inproc://engine"


@pytest.fixture
async def receiver() -> AsyncIterator[zmq.asyncio.Socket]:
    """The socket of vLLM's client, with the shortcut."""
    context = zmq.asyncio.Context()
    socket = context.socket(zmq.PULL)
    socket.bind(ADDRESS)
    OnlyReader(socket).install(Patches())
    yield socket
    context.destroy(linger=0)


@pytest.fixture
def sender(receiver: zmq.asyncio.Socket) -> Iterator[zmq.Socket[bytes]]:
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.shadow(receiver.context.underlying)
    with context.socket(zmq.PUSH) as socket:
        socket.connect(ADDRESS)
        yield socket


async def test_messages_are_received_in_their_order(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes]
) -> None:
    received: list[int] = []

    async def read() -> None:
        while len(received) < 100:
            [frame] = await receiver.recv_multipart(copy=False)
            received.append(int(frame.bytes))

    reading = asyncio.create_task(read())
    for number in range(100):
        sender.send(b"%d" % number)
        if number % 7 == 0:
            await asyncio.sleep(0)
    await reading
    assert received == list(range(100))


async def test_one_that_came_while_nobody_waited_is_received(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes]
) -> None:
    sender.send(b"one")
    assert await receiver.recv_multipart() == [b"one"]
    sender.send_multipart([b"two", b"parts"])
    sender.send(b"three")
    await asyncio.sleep(0)
    assert await receiver.recv_multipart() == [b"two", b"parts"]
    assert await receiver.recv_multipart() == [b"three"]


async def test_a_reader_that_is_cancelled_takes_no_message_with_it(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes]
) -> None:
    waiting = asyncio.ensure_future(receiver.recv_multipart())
    waiting.cancel()
    sender.send(b"one")
    await asyncio.sleep(0)
    assert await receiver.recv_multipart() == [b"one"]


async def test_a_socket_that_is_closed_says_so(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes]
) -> None:
    sender.send(b"one")
    await receiver.recv_multipart()
    receiver.close()
    with pytest.raises(zmq.ZMQError):
        await receiver.recv_multipart()
