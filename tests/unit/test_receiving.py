"""The engine's messages are received and processed in their order, none is lost, whatever the tasks do."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import zmq
import zmq.asyncio

from accord.engine.vllm.shortcuts.receiving import OnlyReader
from accord.engine.vllm.shortcuts.shortcut import Patches

ADDRESS = "inproc://engine"


@pytest.fixture
def queue() -> asyncio.Queue[Any]:
    """The queue between vLLM's two tasks."""
    return asyncio.Queue()


@pytest.fixture
async def receiver(queue: asyncio.Queue[Any]) -> AsyncIterator[zmq.asyncio.Socket]:
    """The socket of vLLM's client, with the shortcut."""
    context = zmq.asyncio.Context()
    socket = context.socket(zmq.PULL)
    socket.bind(ADDRESS)
    OnlyReader(socket, queue).install(Patches())
    yield socket
    context.destroy(linger=0)


@pytest.fixture
def sender(receiver: zmq.asyncio.Socket) -> Iterator[zmq.Socket[bytes]]:
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.shadow(receiver.context.underlying)
    with context.socket(zmq.PUSH) as socket:
        socket.connect(ADDRESS)
        yield socket


async def send_numbers(sender: zmq.Socket[bytes], count: int, *, pause_after: int) -> None:
    """Send numbers from 0 on; other tasks run after every `pause_after` of them."""
    for number in range(count):
        sender.send(b"%d" % number)
        if number % pause_after == 0:
            await asyncio.sleep(0)


async def read_into(queue: asyncio.Queue[Any], receiver: zmq.asyncio.Socket) -> None:
    """Do what vLLM's task that reads the engine's outputs does."""
    try:
        while True:
            [frame] = await receiver.recv_multipart(copy=False)
            queue.put_nowait(frame.bytes)
    except asyncio.CancelledError:
        queue.put_nowait(b"dead")


async def test_messages_are_received_in_their_order(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes]
) -> None:
    received: list[int] = []

    async def read() -> None:
        while len(received) < 100:
            [frame] = await receiver.recv_multipart(copy=False)
            received.append(int(frame.bytes))

    reading = asyncio.create_task(read())
    await send_numbers(sender, 100, pause_after=7)
    await reading
    assert received == list(range(100))


@pytest.mark.parametrize("pause", [0, 1, 3], ids=["at once", "in the next turn", "later"])
async def test_messages_are_processed_in_their_order(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes], queue: asyncio.Queue[Any], pause: int
) -> None:
    reading = asyncio.create_task(read_into(queue, receiver))
    processed: list[int] = []

    async def process() -> None:
        while len(processed) < 50:
            processed.append(int(await queue.get()))
            for _ in range(pause):
                await asyncio.sleep(0)

    processing = asyncio.create_task(process())
    await send_numbers(sender, 50, pause_after=3)
    await processing
    assert processed == list(range(50))
    reading.cancel()


async def test_a_message_is_processed_in_the_turn_in_which_it_is_received(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes], queue: asyncio.Queue[Any]
) -> None:
    processed: list[bytes] = []

    async def process() -> None:
        while len(processed) < 3:
            processed.append(await queue.get())

    reading, processing = asyncio.create_task(read_into(queue, receiver)), asyncio.create_task(process())
    await asyncio.sleep(0)
    after_each_turn: list[int] = []
    loop = asyncio.get_running_loop()
    for number in range(3):
        sender.send(b"%d" % number)
    handle_events: Any = receiver._handle_events
    loop.call_soon(handle_events)  # a message has come
    for _ in range(3):
        loop.call_soon(lambda: after_each_turn.append(len(processed)))
        await asyncio.sleep(0)
    await processing
    assert after_each_turn[0] == 1, "others have their turn before the next message"
    assert processed == [b"0", b"1", b"2"]
    reading.cancel()


async def test_each_task_runs_in_its_own_context(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes], queue: asyncio.Queue[Any]
) -> None:
    reading = asyncio.create_task(read_into(queue, receiver))
    tasks: list[Any] = []

    async def process() -> None:
        await queue.get()
        tasks.append(asyncio.current_task())

    processing = asyncio.create_task(process())
    await asyncio.sleep(0)
    sender.send(b"one")
    await processing
    assert tasks == [processing]
    reading.cancel()


async def test_the_reader_reports_its_end(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes], queue: asyncio.Queue[Any]
) -> None:
    reading = asyncio.create_task(read_into(queue, receiver))

    async def process() -> Any:
        return await queue.get()

    processing = asyncio.create_task(process())
    await asyncio.sleep(0)
    reading.cancel()
    assert await asyncio.wait_for(processing, 10) == b"dead"


async def test_messages_that_arrived_before_processing_are_processed(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes], queue: asyncio.Queue[Any]
) -> None:
    async def process() -> Any:
        return await queue.get()

    processing = asyncio.create_task(process())
    await asyncio.sleep(0)
    processing.cancel()
    queue.put_nowait(b"one")
    queue.put_nowait(b"two")
    assert [await queue.get(), await queue.get()] == [b"one", b"two"]


async def test_pyzmq_and_the_queue_continue_where_it_ends(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes]
) -> None:
    context = zmq.asyncio.Context()
    queue: asyncio.Queue[Any] = asyncio.Queue()
    patches = Patches()
    try:
        socket = context.socket(zmq.PULL)
        socket.bind(ADDRESS)
        reader = OnlyReader(socket, queue)
        reader.install(patches)
        sending = context.socket(zmq.PUSH)
        sending.connect(ADDRESS)
        reading = asyncio.create_task(read_into(queue, socket))
        processed: list[bytes] = []

        async def process() -> None:
            while len(processed) < 5:
                processed.append(await queue.get())

        processing = asyncio.create_task(process())
        await asyncio.sleep(0)
        patches.undo()
        reader.leave()
        for number in range(5):
            await sending.send(b"%d" % number)
            await asyncio.sleep(0)
        await asyncio.wait_for(processing, 10)
        assert processed == [b"0", b"1", b"2", b"3", b"4"]
        assert not {"get", "put_nowait"} & vars(queue).keys()
        assert not {"recv_multipart", "_handle_events"} & vars(socket).keys()
        reading.cancel()
    finally:
        context.destroy(linger=0)


async def test_one_that_came_while_nobody_waited_is_received(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes]
) -> None:
    sender.send(b"one")
    assert await receiver.recv_multipart() == [b"one"]
    sender.send_multipart([b"two", b"parts"])
    sender.send(b"three")
    await asyncio.sleep(0)
    assert [frame.bytes for frame in await receiver.recv_multipart(copy=False)] == [b"two", b"parts"]
    assert await receiver.recv_multipart() == [b"three"]


async def test_a_reader_that_is_cancelled_takes_no_message_with_it(
    receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes]
) -> None:
    waiting = asyncio.ensure_future(receiver.recv_multipart())
    waiting.cancel()
    sender.send(b"one")
    await asyncio.sleep(0)
    assert await receiver.recv_multipart() == [b"one"]


async def test_a_closed_socket_raises(receiver: zmq.asyncio.Socket, sender: zmq.Socket[bytes]) -> None:
    sender.send(b"one")
    await receiver.recv_multipart()
    receiver.close()
    with pytest.raises(zmq.ZMQError):
        await receiver.recv_multipart()
