"""What sends to the engine sends what vLLM's own client does, also where a message has to wait."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import zmq
import zmq.asyncio
from vllm.v1.engine.core_client import AsyncMPClient

from accord.engine.vllm.shortcuts.sending import Sender

ADDRESS = "inproc://engine"
NAME = b"engine"


@pytest.fixture
async def context() -> AsyncIterator[zmq.asyncio.Context]:
    context = zmq.asyncio.Context()
    yield context
    context.destroy(linger=0)


@pytest.fixture
def core(context: zmq.asyncio.Context) -> AsyncMPClient:
    """vLLM's client, whose socket takes one message more than the engine's."""
    core = AsyncMPClient.__new__(AsyncMPClient)
    core.input_socket = context.socket(zmq.ROUTER)
    core.input_socket.setsockopt(zmq.SNDHWM, 1)
    core.input_socket.setsockopt(zmq.ROUTER_MANDATORY, 1)  # or what does not fit is dropped
    core.input_socket.bind(ADDRESS)
    core.ensure_alive = lambda: None
    return core


@pytest.fixture
async def engine(context: zmq.asyncio.Context, core: AsyncMPClient) -> zmq.asyncio.Socket:
    engine = context.socket(zmq.DEALER)
    engine.setsockopt(zmq.IDENTITY, NAME)
    engine.setsockopt(zmq.RCVHWM, 1)
    engine.connect(ADDRESS)
    await engine.send(b"here")
    await core.input_socket.recv_multipart()
    return engine


@pytest.fixture
def sender(core: AsyncMPClient) -> Sender:
    return Sender(core, core._send_input_message)


async def test_messages_that_must_wait_arrive_in_their_order(
    sender: Sender, engine: zmq.asyncio.Socket
) -> None:
    sent = [asyncio.ensure_future(sender.send((b"%d" % number, b"part"), NAME)) for number in range(20)]
    assert [await engine.recv_multipart() for _ in sent] == [[b"%d" % i, b"part"] for i in range(20)]
    await asyncio.gather(*sent)


async def test_a_message_may_be_sent_while_another_is_received(
    sender: Sender, core: AsyncMPClient, engine: zmq.asyncio.Socket
) -> None:
    receiving = asyncio.ensure_future(core.input_socket.recv_multipart())
    await sender.send((b"request",), NAME)
    assert await engine.recv_multipart() == [b"request"]
    await engine.send(b"answer")
    assert await receiving == [NAME, b"answer"]


async def test_a_dead_engine_is_reported_before_anything_is_sent(sender: Sender, core: AsyncMPClient) -> None:
    def dead() -> None:
        raise RuntimeError("dead")

    core.ensure_alive = dead
    with pytest.raises(RuntimeError, match="dead"):
        sender.send((b"request",), NAME)
