"""Which node serves and which only computes, and what a node without a server refuses."""

import pytest

from accord.server.headless import is_headless, run_node
from accord.server.sources import ConfigurationError, configuration


@pytest.mark.parametrize(
    ("arguments", "headless"),
    [
        ([], False),
        (["--nnodes", "2", "--node-rank", "0"], False),
        (["--nnodes", "2", "--node-rank", "1"], True),
        (["--nnodes=2", "-r", "1"], True),
        (["--headless"], True),
        (["--nnodes", "2", "--node-rank", "1", "--data-parallel-size", "2"], False),
        (["--nnodes", "2", "--node-rank", "1", "-dp", "2", "--headless"], True),
    ],
)
def test_which_node_only_computes(arguments: list[str], headless: bool) -> None:
    assert is_headless(arguments) is headless


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--nnodes", "2", "--node-rank", "1"], "--master-addr: got nothing"),
        (["--headless", "--master-addr", "head", "--api-server-count", "2"], "--api-server-count: got 2"),
    ],
)
def test_what_a_node_without_a_server_refuses(arguments: list[str], said: str) -> None:
    configured = configuration(arguments)
    with pytest.raises(ConfigurationError, match=said):
        run_node(configured)
