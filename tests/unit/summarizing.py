"""An engine that answers a request for a summary with a summary."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from accord.dialects.summary import PROMPT, PROMPT_FOR_ALL
from accord.engine import Conversation, Delta, Generation, RenderedPrompt, Sampling
from accord.engine.deltas import Usage
from tests.deltas import GivenDeltas
from tests.fuzz.echo_engine import EchoEngine

SUMMARY = "The user greeted."


class Summarizing:
    """Makes an engine count four characters per token, and answer a request for a summary."""

    def __init__(self, engine: EchoEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.summary = SUMMARY
        self.prompts: tuple[str, ...] = (PROMPT, PROMPT_FOR_ALL)
        """How a request for a summary begins."""
        self.asked: list[Conversation] = []
        self.read: list[dict[str, Any]] = []
        """The messages that were answered last."""
        self.conversation: Conversation | None = None
        """The conversation that was answered last."""
        self.callable_tools: list[str] = []
        self.echo = engine.chat
        monkeypatch.setattr(engine, "render_chat", self.render_chat)
        monkeypatch.setattr(engine, "chat", self.chat)

    async def render_chat(self, conversation: Conversation, sampling: Sampling) -> RenderedPrompt:
        text = json.dumps(conversation.messages)
        return RenderedPrompt([1] * (len(text) // 4), text)

    async def chat(self, conversation: Conversation, sampling: Sampling, **asked: Any) -> Generation:
        if not str(conversation.messages[-1]["content"]).startswith(self.prompts):
            self.read, self.conversation = conversation.messages, conversation
            tools = conversation.callable_tools or conversation.tools or []
            self.callable_tools = [tool["function"]["name"] for tool in tools]
            return await self.echo(conversation, sampling, **asked)
        self.asked.append(conversation)

        async def deltas() -> AsyncGenerator[list[Delta], None]:
            yield [Delta(0, text=self.summary)]
            yield [Delta(0, finish_reason="stop")]

        return Generation([RenderedPrompt([1])], GivenDeltas(deltas()), Usage(7, 3))
