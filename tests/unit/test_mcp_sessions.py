"""The connection with an MCP server: a real client, and a real server on loopback."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from accord.mcp_servers import Endpoint, Limits, McpError, McpServer, McpServers, Session, transport
from accord.mcp_servers.allowed import parsed_servers
from tests.certificates import Pair, self_signed
from tests.mcp_server import Tools, serving_tools


@pytest.fixture(params=["new", "legacy", "json"])
async def tools(request: Any) -> AsyncIterator[Tools]:
    async with serving_tools(legacy=request.param == "legacy", json_response=request.param == "json") as seen:
        yield seen


@asynccontextmanager
async def session(url: str, limits: Limits | None = None, **given: Any) -> AsyncIterator[Session]:
    found = Session(Endpoint(url, McpServer("test", url), **given), limits or Limits(seconds=10))
    try:
        yield found
    finally:
        await found.aclose()


async def is_told(tools: Tools) -> None:
    """Wait until the server has ended the call. One that answers with JSON does not look who is there."""
    if not tools.json_response:
        await asyncio.wait_for(tools.cancelled.wait(), 5)


async def test_its_tools_are_listed_and_called(tools: Tools) -> None:
    async with session(tools.url) as asked:
        listed = {tool.name: tool for tool in await asked.tools()}
        assert list(listed) == ["add", "note", "light", "fail", "large", "wait"]
        assert listed["add"].annotations is not None
        assert listed["add"].annotations.read_only_hint
        assert (await asked.call("add", {"a": 2, "b": 3})).output == "5"
        assert (await asked.call("note", {"text": "hi"})).output == "noted: hi"
    assert tools.calls == ["add 2 3", "note hi"]


async def test_the_message_of_a_failed_tool_is_the_error(tools: Tools) -> None:
    async with session(tools.url) as asked:
        error = (await asked.call("fail", {})).error
        assert error is not None
        assert error["type"] == "mcp_tool_execution_error"
        assert error["content"][0]["type"] == "text"
        assert (await asked.call("nothing", {})).error is not None
        assert (await asked.call("add", {"a": 1, "b": 1})).output == "2"


async def test_a_result_that_is_too_large_ends_that_call_alone(tools: Tools) -> None:
    async with session(tools.url, Limits(seconds=10, size=20_000)) as asked:
        assert (await asked.call("large", {"size": 5})).output == "xxxxx"
        error = (await asked.call("large", {"size": 100_000})).error
        assert error == {
            "type": "mcp_protocol_error",
            "code": -32603,
            "message": "its answer is larger than 20000 bytes",
        }
        assert (await asked.call("large", {"size": 5})).output == "xxxxx"


async def test_a_call_that_takes_too_long_is_ended_at_the_server_too(tools: Tools) -> None:
    async with session(tools.url, Limits(seconds=1)) as asked:
        error = (await asked.call("wait", {})).error
        assert error is not None
        assert (error["code"], error["message"]) == (-32001, "it took longer than 1 seconds")
        await is_told(tools)
        assert (await asked.call("add", {"a": 1, "b": 1})).output == "2"


async def test_a_cancelled_caller_ends_the_call(tools: Tools) -> None:
    async with session(tools.url) as asked:
        calling = asyncio.create_task(asked.call("wait", {}))
        await tools.begun.wait()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        await is_told(tools)


async def test_a_server_that_is_unavailable_is_an_error() -> None:
    async with serving_tools() as tools:
        url = tools.url
    async with session(url) as asked:
        with pytest.raises(McpError, match="cannot be reached"):
            await asked.tools()
        error = (await asked.call("add", {})).error
        assert error is not None
        assert error["type"] == "mcp_protocol_error"


async def test_an_http_error_is_reported_with_its_status(tools: Tools) -> None:
    tools.status = 403
    async with session(tools.url) as asked:
        error = (await asked.call("add", {"a": 1, "b": 2})).error
        assert error == {
            "type": "http_error",
            "code": 403,
            "message": "it answered with the status 403",
        }


async def test_headers_of_a_client_are_sent_unless_the_operator_sets_them(
    tools: Tools, tmp_path: Path
) -> None:
    given = {"authorization": "Bearer client", "x-team": "a"}
    async with session(tools.url, given=given) as asked:
        await asked.tools()
    assert all(head["authorization"] == "Bearer client" and head["x-team"] == "a" for head in tools.headers)
    tools.headers.clear()
    secret = tmp_path / "secret"
    secret.write_text("Bearer operator\n")
    server = McpServer("test", tools.url, authorization_file=secret)
    asked = Session(Endpoint(tools.url, server, given), Limits(seconds=10))
    await asked.tools()
    await asked.aclose()
    assert tools.headers
    assert all(head["authorization"] == "Bearer operator" and "x-team" not in head for head in tools.headers)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1"])
async def test_a_clients_own_server_must_have_a_public_address(host: str) -> None:
    async with serving_tools() as tools:
        url = tools.url.replace("127.0.0.1", host)
        asked = Session(Endpoint(url, None), Limits(seconds=10))
        with pytest.raises(McpError, match=r"is not public|no host"):
            await asked.tools()
        await asked.aclose()
        assert tools.headers == []


@pytest.fixture
def known_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """A certificate of an authority of the operator's own, which `SSL_CERT_FILE` names."""
    pair = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.certificate))
    transport.authorities.cache_clear()
    yield pair
    transport.authorities.cache_clear()


async def test_a_server_over_tls_is_asked_whose_authority_the_operator_names(known_authority: Pair) -> None:
    async with serving_tools(tls=known_authority) as tools, session(tools.url) as asked:
        assert (await asked.call("add", {"a": 2, "b": 3})).output == "5"
    assert tools.url.startswith("https://")


async def test_a_server_of_an_unknown_authority_is_not_asked(tmp_path: Path) -> None:
    transport.authorities.cache_clear()
    async with serving_tools(tls=self_signed(tmp_path)) as tools, session(tools.url) as asked:
        with pytest.raises(McpError, match="cannot be reached"):
            await asked.tools()
    assert tools.headers == []


@pytest.mark.parametrize(("host", "is_asked"), [("localhost", True), ("other.example", False)])
async def test_a_clients_own_server_over_tls_must_have_a_certificate_of_its_name(
    known_authority: Pair, monkeypatch: pytest.MonkeyPatch, host: str, is_asked: bool
) -> None:
    """The connection is made to the address that was checked, and not to the name."""

    async def addresses(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(transport, "_public_addresses", addresses)
    async with serving_tools(tls=known_authority) as tools:
        asked = Session(Endpoint(tools.url.replace("127.0.0.1", host), None), Limits(seconds=10))
        if is_asked:
            assert (await asked.call("add", {"a": 2, "b": 3})).output == "5"
        else:
            with pytest.raises(McpError, match="cannot be reached"):
                await asked.tools()
            assert tools.headers == []
        await asked.aclose()


def test_servers_are_named_in_a_list_or_an_object(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOKEN", "Bearer 1")
    file = tmp_path / "token"
    file.write_text("Bearer 2")
    listed = parsed_servers("docs=https://a.example/mcp?x=1, b=http://127.0.0.1:80/")
    assert list(map(str, listed)) == ["docs=https://a.example/mcp?x=1", "b=http://127.0.0.1/"]
    found = parsed_servers(
        '{"a": "http://a/mcp", "b": {"url": "http://b/mcp", "authorization_variable": "TOKEN"},'
        f' "c": {{"url": "http://c/mcp", "authorization_file": "{file}"}}}}'
    )
    assert [server.authorization for server in found] == [None, "Bearer 1", "Bearer 2"]
    assert "Bearer" not in repr(found)


@pytest.mark.parametrize(
    "value",
    [
        "docs",
        "=http://a",
        "a=ftp://a",
        "a=http://user:password@a/mcp",
        "a=http://a,a=http://b",
        "{",
        '{"a": 5}',
        '{"a": {"url": "http://a", "token": "x"}}',
        '{"a": {"url": "http://a", "authorization_variable": "NOT_SET"}}',
        '{"a": {"url": "http://a", "authorization_file": "/not/there"}}',
        5,
    ],
)
def test_an_item_of_an_unknown_server_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, OSError)):
        parsed_servers(value)


def test_a_server_is_found_by_its_url_or_its_name() -> None:
    server = McpServer("docs", "https://docs.example/mcp")
    none: dict[str, Any] = {"headers": {}, "authorization": None}

    def found(label: str, url: str | None = None, connector: str | None = None, own: bool = False) -> Any:
        allowed = McpServers([server], of_clients=own)
        return allowed.endpoint(label=label, url=url, connector_id=connector, **none)

    assert found("docs").server is server
    assert found("other") is None
    assert found("other", "https://docs.example:443/mcp").server is server
    assert found("docs", "https://elsewhere.example/mcp") is None
    assert found("x", connector="docs").server is server
    assert found("docs", connector="x") is None
    own = found("docs", "https://elsewhere.example/mcp", own=True)
    assert (own.url, own.server) == ("https://elsewhere.example/mcp", None)


def test_headers_of_the_connection_cannot_be_set_by_clients() -> None:
    asked = McpServers(of_clients=True).endpoint(
        label="a",
        url="https://a.example",
        connector_id=None,
        headers={"Host": "b", "Mcp-Session-Id": "1", "X-Key": "k", "Cookie": "c"},
        authorization="t",
    )
    assert asked is not None
    assert asked.headers() == {"x-key": "k", "authorization": "Bearer t"}
    assert "k" not in repr(asked.given) or "x-key" not in repr(asked)
