"""Coding agents retry by themselves when the server is overloaded.

`make test` has Codex and Claude Code installed, `make agents` all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace

from accord.engine import Conversation, Generation, Sampling
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.store import Address, Storage
from tests.agents.pages import MODEL, page
from tests.agents.test_agents_sdk import CHAT
from tests.agents.test_other_agents import AIDER, CLINE, CONTINUE, OPENCODE, QWEN_CODE
from tests.agents.workspace import Workspace
from tests.full_server import PATIENT, Refusals, full
from tests.fuzz.echo_engine import EchoEngine
from tests.loopback import serving

PROGRAMS = [
    pytest.param("codex", ("codex", "exec"), 503, id="codex"),
    pytest.param("claude-code", ("claude", "-p"), 429, id="claude-code"),
    pytest.param("opencode", OPENCODE.ask, 503, id="opencode"),
    pytest.param("qwen-code", QWEN_CODE.ask, 503, id="qwen-code"),
    pytest.param("continue", CONTINUE.ask, 503, id="continue"),
    pytest.param("cline", CLINE.ask, 503, id="cline"),
    pytest.param("aider", (*AIDER, "--message"), 503, id="aider"),
    pytest.param("openai-agents", CHAT, 503, id="openai-agents"),
]


class Answering(EchoEngine):
    """Returns one text, without calls."""

    max_model_len = 131072

    def __init__(self) -> None:
        super().__init__()
        self.served_model_names[:] = [MODEL]

    async def chat(self, conversation: Conversation, sampling: Sampling, **asked: Any) -> Generation:
        said = [{"role": "user", "content": "Forty-two."}]
        return await super().chat(replace(conversation, messages=said, tools=None), sampling, **asked)


@pytest_asyncio.fixture
async def app(tmp_path: Path) -> AsyncIterator[Refusals]:
    """A server without a model that runs one request at a time."""
    storage = Storage(Address(file=tmp_path / "responses.sqlite3"))
    await storage.open()
    yield Refusals(connexion_app(Services(Answering(), "0", "0", storage), limits=PATIENT, concurrent=1))
    await storage.close()


@pytest.mark.parametrize(("name", "ask", "status"), PROGRAMS)
async def test_it_retries_automatically(
    app: Refusals, workspace: Workspace, name: str, ask: tuple[str, ...], status: int
) -> None:
    if not (workspace.programs / {"bash": "cn"}.get(ask[0], ask[0])).exists():
        pytest.skip("`make agents` has it")
    async with serving(app) as loopback:
        workspace.follow(page(name, f"http://127.0.0.1:{loopback.port}"))
        async with full(app.app):
            asked = asyncio.ensure_future(asyncio.to_thread(workspace.done, *ask, "What is the answer?"))
            refused = asyncio.ensure_future(app.refused.wait())
            await asyncio.wait([asked, refused], return_when=asyncio.FIRST_COMPLETED)
            refused.cancel()
        assert "Forty-two." in await asked
    assert app.statuses[0] == status
    assert app.statuses[-1] == 200
