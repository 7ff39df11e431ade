"""Stored responses survive the end of the server, for whatever reason."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import httpx

from accord.store import Address, Storage
from tests.contract.document import Contract, sse_events
from tests.serving import RunningServer, http, started, wait_until_logged, wait_until_ready

ANSWERED: dict[str, Any] = {"input": "Hello", "max_output_tokens": 8, "temperature": 0}
ENDLESS: dict[str, Any] = {
    "input": "Hello",
    "max_output_tokens": 7000,
    "ignore_eos": True,
    "background": True,
}


def ask(server: RunningServer, method: str, path: str = "", **kwargs: Any) -> httpx.Response:
    return http.request(method, f"{server.url}/v1/responses{path}", timeout=60, **kwargs)


def killed_when_told(server: RunningServer, body: dict[str, Any]) -> dict[str, Any]:
    """Return the response whose end a stream reports; kill the server at that moment."""
    with http.stream("POST", f"{server.url}/v1/responses", json=body, timeout=60) as events:
        for line in events.iter_lines():
            if line.startswith("event: response.") and line.endswith(("completed", "incomplete")):
                os.kill(server.process.pid, signal.SIGKILL)
            elif '"response":' in line:
                last: dict[str, Any] = json.loads(line.removeprefix("data: "))["response"]
                if last["status"] != "in_progress":
                    break
    server.process.wait()
    return last


async def cancelled_elsewhere(url: str, response_id: str) -> None:
    """Cancel a response as another server over the same database does."""
    storage = Storage(Address.parsed(url))
    await storage.open()
    assert await storage.responses.cancel(response_id, "")
    await storage.close()


def test_a_killed_server_loses_no_response(tiny_model: Path, tmp_path: Path, contract: Contract) -> None:
    arguments = ["--model", str(tiny_model), "--max-model-len", "8192", "--enable-log-requests"]
    environment = {"ACCORD_DATABASE_URL": f"sqlite:///{tmp_path}/kept/responses.sqlite3"}
    with started(arguments, tmp_path / "1.log", "tiny", killed=True, environment=environment) as server:
        wait_until_ready(server)
        first = ask(server, "POST", json=ANSWERED).json()
        lost = ask(server, "POST", json=ENDLESS).json()
        body = ENDLESS | {"stream": True}
        with http.stream("POST", f"{server.url}/v1/responses", json=body) as events:
            head = next(events.iter_text())
        second = killed_when_told(server, ANSWERED | {"stream": True})
    streamed_id = json.loads(sse_events(head[: head.index("\n\n") + 2])[0].data)["response"]["id"]

    with started(arguments, tmp_path / "2.log", "tiny", environment=environment) as server:
        wait_until_ready(server)
        for kept in (first, second):
            found = ask(server, "GET", f"/{kept['id']}")
            contract.check(found)
            assert found.json() == kept
        followed = ask(server, "POST", json=ANSWERED | {"previous_response_id": first["id"]})
        assert followed.json()["status"] in ("completed", "incomplete")
        for id_ in (lost["id"], streamed_id):
            found = ask(server, "GET", f"/{id_}")
            contract.check(found)
            assert found.json()["status"] == "failed"
            assert "ended before it was complete" in found.json()["error"]["message"]
            assert ask(server, "POST", f"/{id_}/cancel").json()["status"] == "failed"
        replayed = ask(server, "GET", f"/{streamed_id}", params={"stream": True, "starting_after": 0})
        contract.check(replayed)
        [event] = [json.loads(e.data) for e in sse_events(replayed.text)]
        assert (event["type"], event["sequence_number"]) == ("response.failed", 1)
        running = ask(server, "POST", json=ENDLESS).json()["id"]
        while (status := ask(server, "GET", f"/{running}").json()["status"]) == "queued":
            pass
        assert status == "in_progress"
        asyncio.run(cancelled_elsewhere(environment["ACCORD_DATABASE_URL"], running))
        wait_until_logged(server, f"Aborted request(s) {running}")
        assert ask(server, "GET", f"/{running}").json()["status"] == "cancelled"
