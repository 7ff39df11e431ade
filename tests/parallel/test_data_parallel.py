"""Two copies of a model behind one port, with no setting but their number: a process for each answers."""

import re
import signal
from pathlib import Path

import httpx

from tests.contract.test_processes import descendants, wait_until_gone
from tests.scrape import scrape_until
from tests.serving import http, started, wait_until_ready

SHORT = {"prompt": "Hello", "max_tokens": 4, "ignore_eos": True}


def test_each_engine_answers_and_a_signal_ends_all_of_their_processes(
    tiny_model: Path, tmp_path: Path
) -> None:
    arguments = ["--model", str(tiny_model), "--max-model-len", "512", "--data-parallel-size", "2"]
    arguments += ["--num-gpu-blocks-override", "256"]
    with started(arguments, tmp_path / "server.log", "tiny", worker=True, forked=False) as server:

        def asked(rank: int) -> httpx.Response:
            headers = {"x-data-parallel-rank": str(rank)}
            return http.post(f"{server.url}/v1/completions", json=SHORT, headers=headers, timeout=60)

        wait_until_ready(server)
        everyone = descendants(server.process.pid)
        answers = [asked(rank) for rank in (0, 1, 1, 0, 1)]
        assert [answer.status_code for answer in answers] == [200] * 5
        assert asked(2).status_code == 400
        ended = "vllm:request_success_total"
        scrape = scrape_until(server.url, lambda scrape: scrape.value(ended) == 5)
        assert [scrape.value(ended, engine=engine) for engine in ("0", "1")] == [2, 3]
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0
        wait_until_gone(everyone, 15)
    log = server.log.read_text()
    assert "Traceback" not in log
    assert set(re.findall(r"\[(frontend-\d+)\]", log)) == {"frontend-0", "frontend-1"}
