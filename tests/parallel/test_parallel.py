"""One model on two workers, with no setting but their number: they answer, one is killed, all of them end."""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.contract.test_processes import descendants, wait_until_gone
from tests.faults.invariants import until
from tests.scrape import Scrape, scrape_until
from tests.serving import RunningServer, http, started, wait_until_ready
from tests.tiny_model import NAME

TOKENS = 4
QUESTION = {
    "messages": [{"role": "user", "content": "Hello"}],
    "max_tokens": TOKENS,
    "temperature": 0,
    "ignore_eos": True,
}


def workers(server: RunningServer) -> dict[str, int]:
    """The workers' processes, by what vLLM calls them."""
    found = {}
    for pid in descendants(server.process.pid):
        title = Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0].decode()
        if title.startswith("VLLM::Worker"):
            found[title.removeprefix("VLLM::").strip()] = pid
    return found


def answer(server: RunningServer) -> str:
    response = http.post(f"{server.url}/v1/chat/completions", json=QUESTION, timeout=60)
    return str(response.raise_for_status().json()["choices"][0]["message"]["content"])


def counted(server: RunningServer, requests: int) -> Scrape:
    """Scrape once so many requests have ended."""
    return scrape_until(server.url, lambda scrape: scrape.value("vllm:request_success_total") == requests)


@pytest.mark.parametrize(
    ("size", "names"),
    [
        ("--tensor-parallel-size", {"Worker_TP0", "Worker_TP1"}),
        ("--pipeline-parallel-size", {"Worker_PP0", "Worker_PP1"}),
    ],
)
def test_two_workers_answer_are_restarted_and_end(
    tiny_model: Path, tmp_path: Path, size: str, names: set[str]
) -> None:
    arguments = ["--model", str(tiny_model), "--served-model-name", NAME, "--max-model-len", "512"]
    arguments += ["--num-gpu-blocks-override", "256", size, "2"]
    with started(arguments, tmp_path / "server.log", NAME, worker=True) as server:
        wait_until_ready(server)
        assert workers(server).keys() == names
        said = [answer(server), answer(server)]
        assert said[0] == said[1]
        scrape = counted(server, 2)
        assert scrape.value("vllm:generation_tokens_total") == 2 * TOKENS
        assert scrape.value("accord_engine_restarts_total") == 0

        os.kill(workers(server)[max(names)], signal.SIGKILL)
        ready = f"{server.url}/v1/health/ready"
        until(lambda: http.get(ready, timeout=5).status_code == 503, "a killed worker is not noticed", 10)
        wait_until_ready(server)
        assert answer(server) == said[0]
        # vLLM counts anew with each engine.
        assert counted(server, 1).value("accord_engine_restarts_total") == 1

        everyone = descendants(server.process.pid)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0
        wait_until_gone(everyone, 15)
    log = server.log.read_text()
    assert re.search("The engine has failed: a process of it has ended", log)
    assert "Traceback" not in log
