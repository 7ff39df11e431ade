"""The fast path through vLLM's steps has the same results and counts as vLLM's own."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from vllm.sampling_params import SamplingParams
from vllm.tokenizers import get_tokenizer
from vllm.v1.engine import EngineCoreOutput, FinishReason
from vllm.v1.engine.exceptions import EngineDeadError

from accord.engine import Delta
from accord.engine.vllm.admission import ending
from accord.engine.vllm.shortcuts.handover import HandedOver
from accord.errors import EngineFailure, TimedOut
from accord.telemetry.request import RequestRecord
from tests.unit.engine_steps import PREEMPTED, Engine, figures, logprobs

PLAIN: list[str] = []
HANDED_OVER = ["handover"]
SHORT = ["handover", "steps"]
TEXT = "Hello, 漢字 🏳️‍🌈 é\u0301 and so on.\n\n  The end<|im_end|> or not?"
Step = Callable[[int, list[int]], dict[str, Any]]
STEPS: dict[str, tuple[SamplingParams, int, Step]] = {
    "a token at a time": (SamplingParams(), 1, lambda *_: {}),
    "several at a time": (SamplingParams(), 3, lambda *_: {}),
    "preempted": (SamplingParams(), 1, lambda i, _: {"events": PREEMPTED} if i == 4 else {}),
    "special tokens shown": (SamplingParams(skip_special_tokens=False), 1, lambda *_: {}),
    "a stop string": (SamplingParams(stop=["so on"]), 1, lambda *_: {}),
    "stop strings that never come": (SamplingParams(stop=["never"]), 2, lambda *_: {}),
    "no likeliest tokens": (SamplingParams(logprobs=0), 1, lambda _, tokens: logprobs(tokens, 0)),
    "the likeliest tokens": (SamplingParams(logprobs=5), 3, lambda _, tokens: logprobs(tokens, 5)),
    "all tokens": (SamplingParams(logprobs=-1), 1, lambda _, tokens: logprobs(tokens, 22)),
    "twenty tokens, preempted": (
        SamplingParams(logprobs=20),
        1,
        lambda i, tokens: logprobs(tokens, 20) | ({"events": PREEMPTED} if i == 4 else {}),
    ),
}


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Any:
    return get_tokenizer(str(tiny_model))


@pytest.mark.parametrize(("params", "size", "more"), STEPS.values(), ids=STEPS.keys())
async def test_both_paths_return_and_count_the_same(
    tokenizer: Any, params: SamplingParams, size: int, more: Step
) -> None:
    tokens = tokenizer.encode(TEXT)
    pieces = [tokens[i : i + size] for i in range(0, len(tokens), size)]
    outcomes = []
    for shortcuts in (SHORT, HANDED_OVER, PLAIN):
        engine = Engine(tokenizer, shortcuts)
        one, other = engine.begin("one", params.clone()), engine.begin("other", params.clone())
        await asyncio.sleep(0)
        for i, piece in enumerate(pieces):
            reason = FinishReason.LENGTH if i == len(pieces) - 1 else None
            engine.step(
                EngineCoreOutput("one", list(piece), finish_reason=reason, **more(i, piece)),
                EngineCoreOutput("other", list(piece), finish_reason=reason),
                at=float(i * i),
            )
            await asyncio.sleep(0)
        await asyncio.gather(one.task, other.task)
        assert shortcuts != SHORT or not engine.followed, "a request that has ended is followed"
        outcomes.append(
            [
                (r.text, r.token_ids, r.logprobs, r.taken[-1].finish_reason, r.taken[-1].stop_reason, r.usage)
                for r in (one, other)
            ]
            + [figures(engine)]
        )
    assert outcomes[0] == outcomes[1] == outcomes[2]


STOPS = [" and", "so on", "n", "\n\n", "end<|im_end|>", "<|im_end|> or", "漢字", "never", "Hello, ", "t?"]


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The steps that have gone the short way: reader, choice, text, tokens and log probabilities."""
    steps: list[tuple[Any, ...]] = []
    consume = HandedOver.consume_text

    def counted(handed_over: HandedOver, *step: Any) -> None:
        steps.append(step)
        consume(handed_over, *step)

    monkeypatch.setattr(HandedOver, "consume_text", counted)
    return steps


@pytest.mark.parametrize("seed", range(40))
async def test_stop_strings_stop_where_they_do_in_vllms_way(
    tokenizer: Any, short_steps: list[tuple[Any, ...]], seed: int
) -> None:
    drawn = random.Random(seed)
    tokens = tokenizer.encode(TEXT)
    pieces: list[list[int]] = []
    rest = tokens
    while rest:
        size = drawn.choice((1, 1, 1, 2, 5))
        pieces, rest = [*pieces, rest[:size]], rest[size:]
    params = SamplingParams(
        stop=drawn.sample(STOPS, drawn.randint(1, 3)),
        include_stop_str_in_output=drawn.random() < 0.3,
        min_tokens=drawn.choice((0, 0, 4, 9)),
        skip_special_tokens=drawn.random() < 0.5,
    )
    preempted = drawn.randrange(len(pieces))
    outcomes = []
    for shortcuts in (SHORT, PLAIN):
        engine = Engine(tokenizer, shortcuts)
        request = engine.begin("r", params.clone())
        await asyncio.sleep(0)
        for i, piece in enumerate(pieces):
            reason = FinishReason.LENGTH if i == len(pieces) - 1 else None
            events = PREEMPTED if i == preempted else None
            output = EngineCoreOutput("r", list(piece), finish_reason=reason, events=events)
            engine.step(output, at=float(i * i))
            await asyncio.sleep(0)
        await request.task
        told = [(d.text, d.token_ids, d.finish_reason, d.stop_reason) for d in request.taken]
        outcomes.append((told, request.usage, figures(engine), engine.aborted, engine.to_abort))
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0][0]) < 4 or short_steps


async def test_each_choice_takes_the_short_way_until_its_end(
    tokenizer: Any, short_steps: list[tuple[Any, ...]]
) -> None:
    tokens = tokenizer.encode(TEXT)
    texts = {"0_r": tokens, "1_r": tokens[5:], "2_r": tokens[:1], "3_r": tokens[::-1]}
    outcomes = []
    for shortcuts in (SHORT, HANDED_OVER, PLAIN):
        engine = Engine(tokenizer, shortcuts)
        request = engine.begin("r", SamplingParams(n=4, stop=[" so on"]))
        await asyncio.sleep(0)
        for i in range(len(tokens)):
            step = [
                EngineCoreOutput(
                    id_, [own[i]], finish_reason=FinishReason.LENGTH if i == len(own) - 1 else None
                )
                for id_, own in texts.items()
                if i < len(own)
            ]
            engine.step(*step, at=float(i * i))
            await asyncio.sleep(0)
        await request.task
        assert shortcuts != SHORT or not engine.followed
        told: dict[int, Any] = {}
        for delta in request.taken:
            text, ids, *_ = told.get(delta.index, ("", []))
            token_ids = [*ids, *(delta.token_ids or ())]
            told[delta.index] = (text + delta.text, token_ids, delta.finish_reason, delta.stop_reason)
        outcomes.append((told, request.usage, figures(engine), sorted(engine.to_abort)))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert {choice for _, choice, *_ in short_steps} == {0, 1, 3}
    assert outcomes[0][0][0][3] == " so on"


async def test_outputs_take_the_short_way_from_the_second_one_on(
    tokenizer: Any, short_steps: list[tuple[Any, ...]]
) -> None:
    engine = Engine(tokenizer, SHORT)
    request = engine.begin("r", SamplingParams())
    await asyncio.sleep(0)
    for token in (10, 11, 12):
        engine.step(EngineCoreOutput("r", [token]), at=0.0)
        await asyncio.sleep(0)
    engine.step(EngineCoreOutput("r", [13], finish_reason=FinishReason.STOP), at=0.0)
    await request.task
    assert [token_ids for _, _, _, token_ids, _ in short_steps] == [[11], [12]]
    # To vLLM the request is as old as the clock, as its prompt was rendered then.
    assert request.record.first_token_at is not None
    assert request.record.began < request.record.first_token_at < perf_counter()
    assert request.token_ids == [10, 11, 12, 13]


WAYS = pytest.mark.parametrize(
    "shortcuts", [SHORT, HANDED_OVER, PLAIN], ids=["short", "handed over", "plain"]
)


@WAYS
async def test_outputs_for_a_client_that_does_not_read_stay_in_order(
    tokenizer: Any, shortcuts: list[str]
) -> None:
    engine = Engine(tokenizer, shortcuts)
    request = engine.begin("r", SamplingParams())
    await asyncio.sleep(0)
    tokens = tokenizer.encode(TEXT)
    for i, token in enumerate(tokens):
        if i % 7 == 3:
            request.checker.clear()
        if i % 7 == 6:
            request.checker.set()
        last = FinishReason.LENGTH if i == len(tokens) - 1 else None
        engine.step(EngineCoreOutput("r", [token], finish_reason=last), at=0.0)
        if i % 3 == 0:
            await asyncio.sleep(0)
    request.checker.set()
    await request.task
    assert request.token_ids == tokens
    assert request.text == tokenizer.decode(tokens, skip_special_tokens=True)
    assert request.usage.completion_tokens == len(tokens)


@pytest.mark.parametrize("ends", ["the engine fails", "the client leaves", "the taker fails"])
async def test_a_request_that_is_over_is_not_followed(tokenizer: Any, ends: str) -> None:
    engine = Engine(tokenizer, SHORT)
    request, other = engine.begin("r", SamplingParams()), engine.begin("other", SamplingParams())
    await asyncio.sleep(0)
    for token in (10, 11):
        engine.step(EngineCoreOutput("r", [token]), EngineCoreOutput("other", [token]), at=0.0)
        await asyncio.sleep(0)
    assert "r" in engine.followed
    match ends:
        case "the engine fails":
            request.deltas.outputs[0].collector.put(RuntimeError("gone"))
        case "the client leaves":
            request.task.cancel()
        case _:
            request.taking = lambda _: 1 / 0
    engine.step(EngineCoreOutput("r", [12]), EngineCoreOutput("other", [12]), at=0.0)
    with pytest.raises((RuntimeError, asyncio.CancelledError, ZeroDivisionError)):
        await request.task
    assert "r" not in engine.followed
    engine.step(EngineCoreOutput("other", [13], finish_reason=FinishReason.LENGTH), at=0.0)
    await other.task
    assert other.token_ids == [10, 11, 12, 13]


@WAYS
@pytest.mark.parametrize("ends", ["the engine fails", "the client leaves", "the taker fails", "out of time"])
async def test_a_request_that_is_over_is_dropped_by_the_engine(
    tokenizer: Any, shortcuts: list[str], ends: str
) -> None:
    engine = Engine(tokenizer, shortcuts)
    request = engine.begin("r", SamplingParams())
    await asyncio.sleep(0)
    engine.step(EngineCoreOutput("r", [10]), at=0.0)
    await asyncio.sleep(0)
    expected: type[BaseException] = asyncio.CancelledError
    match ends:
        case "the engine fails":
            engine.output_processor.propagate_error(EngineDeadError())
            expected = EngineFailure
        case "the client leaves":
            request.task.cancel()
        case "the taker fails":
            request.taking = lambda _: 1 / 0
            engine.step(EngineCoreOutput("r", [11]), at=0.0)
            expected = ZeroDivisionError
        case _:
            ending(request.deltas.outputs[0].collector, RequestRecord("", seconds_allowed=0.001))
            expected = TimedOut
    with pytest.raises(expected):
        await request.task
    assert engine.aborted == ["r"]
    assert request.token_ids[:1] == [10]


@WAYS
async def test_several_prompts_are_taken_as_they_come(tokenizer: Any, shortcuts: list[str]) -> None:
    engine = Engine(tokenizer, shortcuts)
    one, other = engine.prompt("one", SamplingParams(), 0), engine.prompt("other", SamplingParams(), 1)
    taken: list[tuple[int, list[int] | None]] = []
    taking = 0

    async def consume(deltas: list[Delta]) -> None:
        nonlocal taking
        taking += 1
        assert taking == 1, "two steps at a time"
        await asyncio.sleep(0)
        taken.extend((delta.index, delta.token_ids) for delta in deltas)
        taking -= 1

    deltas = engine.deltas([one, other])
    task = asyncio.create_task(deltas.for_each(consume))
    for i in range(6):
        last = FinishReason.LENGTH if i == 5 else None
        engine.step(EngineCoreOutput("one", [i], finish_reason=last), at=0.0)
        if i < 3:
            last = FinishReason.LENGTH if i == 2 else None
            engine.step(EngineCoreOutput("other", [10 + i], finish_reason=last), at=0.0)
        for _ in range(5):
            await asyncio.sleep(0)
    await task
    await deltas.aclose()
    assert [t for index, ids in taken if index == 0 for t in ids or ()] == [0, 1, 2, 3, 4, 5]
    assert [t for index, ids in taken if index == 1 for t in ids or ()] == [10, 11, 12]
    assert not engine.aborted


async def test_requests_continue_where_shortcuts_are_taken_out_meanwhile(tokenizer: Any) -> None:
    tokens = tokenizer.encode(TEXT)
    outcomes = []
    for after in (0, 3, len(tokens) - 1, None):
        engine = Engine(tokenizer, SHORT)
        request = engine.begin("r", SamplingParams())
        await asyncio.sleep(0)
        for i, token in enumerate(tokens):
            if i == after:
                engine.shortcuts.uninstall()
                assert "process_outputs" not in vars(engine.output_processor)
            last = FinishReason.LENGTH if i == len(tokens) - 1 else None
            engine.step(EngineCoreOutput("r", [token], finish_reason=last), at=float(i * i))
            await asyncio.sleep(0)
        await request.task
        outcomes.append((request.text, request.token_ids, request.usage, figures(engine)))
    assert outcomes[0] == outcomes[1] == outcomes[2] == outcomes[3]


async def test_a_token_that_cannot_be_decoded_does_not_stop_the_others(tokenizer: Any) -> None:
    engine = Engine(tokenizer, SHORT)
    request, other = engine.begin("r", SamplingParams()), engine.begin("other", SamplingParams())
    await asyncio.sleep(0)
    one, two, three = tokenizer.encode(" one two three")
    for token in (one, 2**40, two):
        engine.step(EngineCoreOutput("r", [token]), EngineCoreOutput("other", [one]), at=0.0)
        await asyncio.sleep(0)
    for id_ in ("r", "other"):
        engine.step(EngineCoreOutput(id_, [three], finish_reason=FinishReason.LENGTH), at=0.0)
    await asyncio.gather(request.task, other.task)
    assert request.token_ids == [one, 2**40, two, three]
    assert request.text == " one two three"
    assert other.text == " one one one three"
