"""One server for all programs, with a model that follows the test's script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.agents.cached import CachedTokens
from tests.agents.pages import MODEL, page
from tests.agents.script import Scripts
from tests.agents.workspace import Workspace, link_programs
from tests.families.scripted import FILE
from tests.families.writing import write_qwen3
from tests.serving import RunningServer, started, wait_until_ready

CONTEXT = 40960
SIZES = {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1}
HEADS = {"num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": CONTEXT}
"""The programs' prompts have 5,000 to 25,000 tokens; this model reads 25,000 in a second on two cores."""

ALIASES = f"gpt-*={MODEL},claude-*={MODEL}"


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Scripts:
    return Scripts(tmp_path_factory.mktemp("scripts") / "scripts.json")


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, scripts: Scripts, mcp_port: int
) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("agents")
    write_qwen3(folder, **SIZES, **HEADS)
    scripts.add("nothing")
    arguments = ["--model", str(folder), "--served-model-name", MODEL, "--max-model-len", str(CONTEXT)]
    arguments += ["--enable-auto-tool-choice", "--tool-call-parser", "hermes", "--reasoning-parser", "qwen3"]
    arguments += ["--max-num-batched-tokens", "8192", "--logits-processors", "tests.agents.scripted:Scripted"]
    arguments += ["--validate-responses", "raise"]
    log = tmp_path_factory.mktemp("logs") / "agents.log"
    environment = {FILE: str(scripts.path), "ACCORD_MODEL_ALIAS": ALIASES}
    environment["ACCORD_MCP_SERVERS"] = f"docs=http://127.0.0.1:{mcp_port}/mcp"
    with started(arguments, log, MODEL, environment=environment) as running:
        wait_until_ready(running)
        yield running


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    link_programs(folder)
    return folder


@pytest.fixture
def workspace(tmp_path: Path, programs: Path) -> Iterator[Workspace]:
    made = Workspace(tmp_path, programs)
    yield made
    made.end()


@pytest.fixture
def set_up(server: RunningServer, workspace: Workspace) -> Callable[[str], Workspace]:
    """Follow a page of docs/clients in a workspace of the test's own."""

    def followed(name: str) -> Workspace:
        workspace.follow(page(name, server.url))
        return workspace

    return followed


@pytest.fixture
def cached(server: RunningServer) -> CachedTokens:
    return CachedTokens(server.url)
