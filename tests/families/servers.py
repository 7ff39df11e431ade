"""vLLM's own server and Accord, one after the other, on a family's tiny model."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.families.asking import Json, Question, ask
from tests.families.forms import scripts
from tests.families.models import Family
from tests.families.scripted import FILE
from tests.families.translating import as_turns
from tests.serving import STOP_SECONDS, free_port

ROOT = Path(__file__).parents[2]
OPTIONS = (
    *("--max-model-len", "8192", "--enable-auto-tool-choice", "--enforce-eager"),
    *("--seed", "0", "--max-logprobs", "20"),
)
START_SECONDS = 600
CONCURRENCY = 8
"""Requests; what is not scripted is asked one by one, since a batch's size changes the last digits."""


@contextmanager
def serving(family: Family, folder: Path, own: bool, log: Path) -> Iterator[httpx.Client]:
    """Run Accord, or vLLM's `own` server, until it is ready, and yield a client of it."""
    port = free_port()
    module = "vllm.entrypoints.openai.api_server" if own else "accord.server"
    command = [sys.executable, "-m", module, *(() if own else ("serve",)), "--model", str(folder)]
    command += ["--host", "127.0.0.1", "--port", str(port), *OPTIONS, *family.arguments(folder)]
    command += ["--enable-scale-out"] if own else []
    written = log.with_suffix(".scripts.json")
    written.write_text(json.dumps(scripts(family.name) if family.scripted else {}))
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "ACCORD_DATABASE_URL": f"sqlite:///{log.absolute()}.sqlite3",
        FILE: str(written),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment | dict(family.environment(folder)),
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            _wait(client, "/health" if own else "/v1/health/ready", process, log)
            yield client
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(client: httpx.Client, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-4000:]
        try:
            if client.get(path).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(log.read_text()[-4000:])


def answers(client: httpx.Client, family: Family, asked: list[Question]) -> dict[str, Json]:
    """Send all questions, a few at a time."""
    with ThreadPoolExecutor(CONCURRENCY if family.scripted else 1) as threads:
        said = threads.map(lambda question: ask(client, question, family.asked), asked)
        return {question.id: each for question, each in zip(asked, said, strict=True)}


def prompts(client: httpx.Client, family: Family, conversations: dict[str, Json]) -> dict[str, Json]:
    """Render all conversations, and return the token ids, or the status of a refusal."""

    def rendered(body: Json) -> Json:
        response = client.post("/v1/chat/completions/render", json=body | {"model": family.asked})
        if response.status_code != 200:
            return {"status": response.status_code}
        said = response.json()
        shown = {"media": _media(said["features"])} if family.shows and said.get("features") else {}
        return {"status": 200, "token_ids": said["token_ids"], **shown}

    with ThreadPoolExecutor(CONCURRENCY) as threads:
        said = threads.map(rendered, conversations.values())
        return dict(zip(conversations, said, strict=True))


def _media(features: Json) -> Json:
    """Return the media of a prompt, and their positions among its tokens."""
    places = {
        kind: [[place["offset"], place["length"]] for place in each]
        for kind, each in features["mm_placeholders"].items()
    }
    return {"hashes": features["mm_hashes"], "places": places}


def counts(client: httpx.Client, family: Family, conversation: Json) -> Json:
    """Return a conversation's token counts from `/tokenize` and from Anthropic's API, which has no audio."""
    if conversation.keys() != {"messages"}:
        return {}

    def told(path: str, body: Json, field: str) -> Any:
        response = client.post(path, json=body | {"model": family.asked})
        return response.json().get(field, response.status_code)

    counted = {"tokenized": told("/tokenize", conversation, "tokens")}
    if family.shows == "image":
        turns = as_turns(conversation["messages"])
        counted["counted"] = told("/v1/messages/count_tokens", turns, "input_tokens")
    return counted


def total(client: httpx.Client, metric: str) -> float:
    """Return a metric of vLLM, summed over its labels."""
    text = client.get("/metrics").text
    lines = (line for line in text.splitlines() if re.match(rf"{metric}[{{ ]", line))
    return sum(float(line.rpartition(" ")[2]) for line in lines)
