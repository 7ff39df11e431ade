"""Responses outlive the server that made them, however it ends."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import httpx

from tests.contract.document import Contract, sse_events
from tests.serving import RunningServer, started, wait_until_ready

ANSWERED: dict[str, Any] = {"input": "Hello", "max_output_tokens": 8, "temperature": 0}
ENDLESS: dict[str, Any] = {
    "input": "Hello",
    "max_output_tokens": 7000,
    "ignore_eos": True,
    "background": True,
}


def ask(server: RunningServer, method: str, path: str = "", **kwargs: Any) -> httpx.Response:
    return httpx.request(method, f"{server.url}/v1/responses{path}", timeout=60, **kwargs)


def test_a_killed_server_loses_no_response(tiny_model: Path, tmp_path: Path, contract: Contract) -> None:
    arguments = ["--model", str(tiny_model), "--max-model-len", "8192"]
    environment = {"ACCORD_DATABASE_URL": f"sqlite:///{tmp_path}/kept/responses.sqlite3"}
    with started(arguments, tmp_path / "1.log", "tiny", killed=True, environment=environment) as server:
        wait_until_ready(server)
        first = ask(server, "POST", json=ANSWERED).json()
        with httpx.stream("POST", f"{server.url}/v1/responses", json=ANSWERED | {"stream": True}) as streamed:
            # Told, and killed in the same moment.
            for line in streamed.iter_lines():
                if line.startswith("data: ") and '"type":"response.completed"' in line.replace(" ", ""):
                    second = json.loads(line.removeprefix("data: "))["response"]
                    break
        lost = ask(server, "POST", json=ENDLESS | {"stream": False}).json()
        with httpx.stream("POST", f"{server.url}/v1/responses", json=ENDLESS | {"stream": True}) as events:
            head = next(events.iter_text())
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
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
        made_again = ask(server, "POST", json=ENDLESS | {"max_output_tokens": 20}).json()
        assert made_again["status"] == "queued"
