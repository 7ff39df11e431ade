"""Fast paths: each checks whether it fits, and restores vLLM."""

import asyncio
import gc
import importlib
import logging
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import zmq.asyncio
from prometheus_client import REGISTRY
from vllm import envs
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.exceptions import VLLMValidationError
from vllm.parser import abstract_parser
from vllm.parser.engine import streaming_parser_engine
from vllm.parser.engine.parser_engine_config import ParserEngineConfig
from vllm.renderers import BaseRenderer, ChatParams, TokenizeParams
from vllm.renderers.hf import HfRenderer
from vllm.renderers.online_renderer import OnlineRenderer
from vllm.sampling_params import SamplingParams, StructuredOutputsParams
from vllm.v1.engine import input_processor
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.core_client import AsyncMPClient
from vllm.v1.engine.detokenizer import FastIncrementalDetokenizer
from vllm.v1.engine.logprobs import LogprobsProcessor
from vllm.v1.engine.output_processor import OutputProcessor, RequestOutputCollector
from vllm.v1.metrics.loggers import PrometheusStatLogger
from vllm.v1.structured_output import backend_guidance, backend_xgrammar

from accord.engine.vllm.shortcuts import (
    NAMES,
    comparison,
    handover,
    tokenizing,
)
from accord.engine.vllm.shortcuts.registry import Shortcuts
from accord.engine.vllm.shortcuts.shortcut import Patches, Shortcut
from tests.unit.differing_shortcuts import DIFFERING, another_template
from tests.unit.loaded import loaded_model

STANDS_ON = {"templates": ["rendering"], "parameters": ["rendering", "templates"], "steps": ["handover"]}
SECRET = "a secret that is in no log"


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> Iterator[Any]:
    with loaded_model(tiny_model) as loaded:
        loaded.shortcuts.install(loaded)  # vLLM keeps some of what it is first asked for
        loaded.shortcuts.uninstall()
        yield loaded


@pytest.fixture
def loaded(model: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("VLLM_USE_FASTOKENS", "0")  # whose start takes a second
    model.shortcuts = Shortcuts()
    yield model
    model.shortcuts.uninstall()


def shortcut(name: str, loaded: Any) -> Shortcut:
    """One of them, with those installed that it requires."""
    loaded.shortcuts.install(loaded, STANDS_ON.get(name, []))
    made: Shortcut = importlib.import_module(f"accord.engine.vllm.shortcuts.{name}").SHORTCUT(loaded)
    return made


def vllms(loaded: Any) -> list[tuple[str, int]]:
    """Everything of vLLM's that a shortcut could have replaced."""
    owners = [
        *(loaded, loaded.llm, loaded.renderer, loaded.llm.renderer, loaded.llm.output_processor),
        loaded.readers,
        *loaded.llm.logger_manager.stat_loggers,
        *(ChatCompletionRequest, backend_guidance, backend_xgrammar, envs, SamplingParams, abstract_parser),
        *(BaseRenderer, HfRenderer, OutputProcessor, RequestOutputCollector, FastIncrementalDetokenizer),
        *(
            LogprobsProcessor,
            loaded.llm.engine_core.resources.output_socket,
            loaded.llm.engine_core.outputs_queue,
            loaded.llm.engine_core,
            input_processor,
            streaming_parser_engine,
        ),
    ]
    return [
        (f"{owner!r:.50} {name}", id(value))
        for owner in owners
        for name, value in sorted(vars(owner).items())
        if name not in ("shortcuts", "__annotations__", "__abstractmethods__")
    ]


def metric(name: str, /, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize("name", NAMES)
def test_each_fits_and_leaves_vllm_as_it_was(loaded: Any, name: str) -> None:
    one = shortcut(name, loaded)
    assert (one.name, one.what[-1], one.what.count(". ")) == (name, ".", 0)
    before = vllms(loaded)
    was_cached = envs._is_envs_cache_enabled()
    assert one.fits() is None
    assert vllms(loaded) == before, "to look whether it fits changes nothing"
    one.install()
    assert vllms(loaded) != before
    one.uninstall()
    assert vllms(loaded) == before
    assert envs._is_envs_cache_enabled() is was_cached


@pytest.mark.parametrize("name", NAMES)
def test_nothing_keeps_one_whose_engine_is_gone(loaded: Any, name: str) -> None:
    one = shortcut(name, loaded)
    assert one.fits() is None
    one.install()
    one.uninstall()
    gone = weakref.ref(one)
    del one
    loaded.shortcuts.uninstall()
    gc.collect()
    assert gone() is None, gc.get_referrers(gone())


def test_all_of_them_are_installed_and_uninstalled(loaded: Any) -> None:
    before = vllms(loaded)
    loaded.shortcuts.install(loaded)
    assert list(loaded.shortcuts.active) == list(NAMES)
    assert {metric("accord_shortcut_active", name=name) for name in NAMES} == {1}
    loaded.shortcuts.uninstall()
    assert vllms(loaded) == before
    assert {metric("accord_shortcut_active", name=name) for name in NAMES} == {0}


def test_only_those_that_are_wanted_are_installed(loaded: Any) -> None:
    loaded.shortcuts.install(loaded, ["tokenizing", "steps"])
    assert list(loaded.shortcuts.active) == ["tokenizing"]  # steps requires handover
    assert metric("accord_shortcut_active", name="rendering") == 0


def other(*_: Any, anything: Any = None) -> None:
    """A function of vLLM's that has become another."""


STANDING_ON: list[tuple[str, Any, str]] = [
    ("variables", envs, "enable_envs_cache"),
    ("latencies", PrometheusStatLogger, "record"),
    ("statistics", PrometheusStatLogger, "record"),
    ("receiving", zmq.asyncio.Socket, "recv_multipart"),
    ("receiving", zmq.asyncio.Socket, "_handle_events"),
    ("sending", AsyncMPClient, "_send_input_message"),
    ("grammar_check", backend_guidance, "validate_guidance_grammar"),
    ("grammar_check", backend_xgrammar, "validate_xgrammar_grammar"),
    ("constants", BaseRenderer, "get_eos_token_id"),
    ("constants", input_processor, "random_uuid"),
    ("constants", streaming_parser_engine, "_build_drop_info"),
    ("admission", AsyncLLM, "check_admission"),
    ("tokenizing", BaseRenderer, "_tokenize_prompt"),
    ("rendering", BaseRenderer, "render_chat"),
    ("rendering", BaseRenderer, "render_chat_async"),
    ("rendering", BaseRenderer, "render_cmpl"),
    ("rendering", BaseRenderer, "render_cmpl_async"),
    ("templates", HfRenderer, "render_messages"),
    ("parameters", OnlineRenderer, "render_chat"),
    ("detokenizing", OutputProcessor, "add_request"),
    ("logprobs", LogprobsProcessor, "from_new_request"),
    ("handover", RequestOutputCollector, "put"),
    ("handover", RequestOutputCollector, "get_nowait"),
    ("steps", OutputProcessor, "process_outputs"),
]
IDS = [f"{name}-{function}" for name, _, function in STANDING_ON]


@pytest.mark.parametrize(("name", "owner", "function"), STANDING_ON, ids=IDS)
def test_one_does_not_fit_if_a_function_that_it_uses_has_other_parameters(
    loaded: Any, monkeypatch: pytest.MonkeyPatch, name: str, owner: Any, function: str
) -> None:
    one = shortcut(name, loaded)
    monkeypatch.setattr(owner, function, other)
    assert f"{function} takes" in (one.fits() or "")


@pytest.mark.parametrize(("name", "owner", "function"), STANDING_ON, ids=IDS)
def test_one_does_not_fit_if_a_function_that_it_uses_is_missing(
    loaded: Any, monkeypatch: pytest.MonkeyPatch, name: str, owner: Any, function: str
) -> None:
    one = shortcut(name, loaded)
    for base in getattr(owner, "__mro__", [owner]):
        if function in vars(base):
            monkeypatch.delattr(base, function)
    assert f"has no {function}" in (one.fits() or "")


@pytest.mark.parametrize(("name", "change"), DIFFERING, ids=[f"{n}-{c.__name__}" for n, c in DIFFERING])
def test_one_does_not_fit_if_its_result_differs_from_vllms(
    loaded: Any, monkeypatch: pytest.MonkeyPatch, name: str, change: Callable[[pytest.MonkeyPatch], None]
) -> None:
    one = shortcut(name, loaded)
    change(monkeypatch)
    assert one.fits() is not None


def test_one_that_does_not_fit_is_left_out_in_one_line(
    loaded: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Shortcut) -> None:
        raise RuntimeError("some\nthing")

    monkeypatch.delattr(OutputProcessor, "add_request")
    monkeypatch.setattr(handover.Handover, "install", broken)
    monkeypatch.setitem(sys.modules, "accord.engine.vllm.shortcuts.max_tokens", None)
    with caplog.at_level(logging.INFO, "accord.engine.vllm.shortcuts.registry"):
        loaded.shortcuts.install(loaded)
    left_out = ["max_tokens", "detokenizing", "handover", "steps"]
    assert [name for name in NAMES if name not in loaded.shortcuts.active] == left_out
    assert len(caplog.records) == len(left_out)
    for record, name in zip(caplog.records, left_out, strict=True):
        assert name in record.getMessage()
        assert "\n" not in record.getMessage()


def test_the_tokens_that_parsers_drop_are_found_once_for_each_format(
    loaded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vllms_own = streaming_parser_engine._build_drop_info
    special = {"all_special_tokens": ["<call>", "<end>", "<pad>"], "all_special_ids": [1, 2, 3]}
    monkeypatch.setattr(loaded, "tokenizer", SimpleNamespace(**special))
    formats: list[dict[str, Any]] = [
        {"terminals": {"CALL": "<call>"}},
        {"terminals": {"CALL": ("<call>", "<end>")}},
        {"terminals": {"CALL": "<call>"}, "preserve_tokens": frozenset({"<pad>"})},
        {"token_id_terminals": {"END": "<end>"}},
    ]
    loaded.shortcuts.install(loaded, ["constants"])
    dropped = streaming_parser_engine._build_drop_info
    found = []
    for each in formats:
        one, same = (dropped(ParserEngineConfig("f", **each), loaded.tokenizer) for _ in range(2))
        assert one is same
        own = vllms_own(ParserEngineConfig("f", **each), loaded.tokenizer)
        assert one.extra_token_ids == own.extra_token_ids
        assert sorted(one.lexer_shape.literal_strings) == sorted(own.lexer_shape.literal_strings)
        found.append(one)
    assert len({id(one) for one in found}) == len(formats)
    other_tokenizer = SimpleNamespace(all_special_tokens=["<call>", "<x>"], all_special_ids=[1, 9])
    assert dropped(ParserEngineConfig("f", **formats[0]), other_tokenizer).extra_token_ids.keys() == {9}


def test_constants_do_not_fit_where_the_tokens_that_parsers_drop_depend_on_more(
    loaded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vllms_own = streaming_parser_engine._build_drop_info

    def more(config: Any, tokenizer: Any) -> Any:
        return config.validate_tool_names or vllms_own(config, tokenizer)

    monkeypatch.setattr(streaming_parser_engine, "_build_drop_info", more)
    assert "validate_tool_names" in (shortcut("constants", loaded).fits() or "")


def test_patches_leave_what_was_there() -> None:
    class Base:
        own = "class"

    class Derived(Base):
        pass

    derived = Derived()
    derived.kept = "before"  # type: ignore[attr-defined]
    patches = Patches()
    patches.replace(derived, "own", "instance")
    patches.replace(derived, "kept", "after")
    patches.remove(derived, "kept")
    patches.replace(Derived, "own", "derived")
    patches.undo()
    patches.undo()
    assert vars(derived) == {"kept": "before"}
    assert "own" not in vars(Derived)


def compared() -> None:
    """Wait until what is compared has been."""
    for thread in threading.enumerate():
        if thread.name.startswith("compare-"):
            thread.join()


@pytest.fixture
def wrong_tokens(loaded: Any) -> Callable[[], None]:
    loaded.shortcuts.install(loaded, ["tokenizing"])
    [one] = loaded.shortcuts.active.values()
    encode = one._encode
    one._encode = lambda text, special: [*encode(text, special)[:-1], 7]
    return lambda: loaded.llm.renderer._tokenize_prompt(
        {"prompt": SECRET}, TokenizeParams(max_total_tokens=2048)
    )


@pytest.fixture
def wrong_text(loaded: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    loaded.shortcuts.install(loaded, ["rendering", "templates"])
    another_template(monkeypatch)
    params = ChatParams(chat_template_kwargs={"tokenize": False, "enable_thinking": True})
    messages = [{"role": "user", "content": SECRET}]
    return lambda: loaded.llm.renderer.render_messages(messages, params)


@pytest.mark.parametrize("name", ["tokenizing", "templates"])
def test_a_difference_disables_it_without_logging_the_prompt(
    loaded: Any, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    use = request.getfixturevalue({"tokenizing": "wrong_tokens", "templates": "wrong_text"}[name])
    before = metric("accord_shortcut_comparisons_total", name=name, result="different")
    use()
    compared()
    assert metric("accord_shortcut_comparisons_total", name=name, result="different") == before + 1
    assert metric("accord_shortcut_active", name=name) == 0
    assert name not in loaded.shortcuts.active
    assert {"_tokenize_prompt", "render_messages"}.isdisjoint(vars(loaded.llm.renderer))
    [record] = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert f"The shortcut {name} differs from vLLM's own code" in record.getMessage()
    assert "secret" not in caplog.text
    use()  # vLLM's way, which is not compared
    assert metric("accord_shortcut_comparisons_total", name=name, result="different") == before + 1


def test_one_use_in_some_thousands_is_compared(loaded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "EVERY", 3)
    loaded.shortcuts.install(loaded, ["tokenizing"])
    before = metric("accord_shortcut_comparisons_total", name="tokenizing", result="same")
    for _ in range(7):
        loaded.llm.renderer.render_cmpl([{"prompt": "Hello"}])
    compared()
    assert metric("accord_shortcut_comparisons_total", name="tokenizing", result="same") == before + 3


def test_a_prompt_that_is_too_long_is_not_a_difference(loaded: Any) -> None:
    loaded.shortcuts.install(loaded, ["tokenizing"])
    before = metric("accord_shortcut_comparisons_total", name="tokenizing", result="same")
    with pytest.raises(VLLMValidationError):
        loaded.llm.renderer.render_cmpl([{"prompt": "Hello " * 9}], TokenizeParams(max_total_tokens=4))
    compared()
    assert metric("accord_shortcut_comparisons_total", name="tokenizing", result="same") == before + 1


def test_vocabulary_samples_are_the_same_each_time_and_few(loaded: Any) -> None:
    description = loaded.tokenizer._tokenizer.to_str()
    first, second = (tokenizing.vocabulary_samples(loaded.tokenizer, description) for _ in range(2))
    assert first == second
    assert 1000 < len(first) < 3000
    assert sum(map(len, first)) < 100_000


async def test_short_prompts_are_rendered_the_same_with_and_without(loaded: Any) -> None:
    async def rendered() -> list[list[int]]:
        params = ChatParams(chat_template_kwargs={"tokenize": False, "add_generation_prompt": True})
        conversation = [{"role": "user", "content": "What is 漢字?"}]
        _, chats = await loaded.llm.renderer.render_chat_async([conversation], params)
        texts = await loaded.llm.renderer.render_cmpl_async([{"prompt": "Hello, world"}])
        return [each["prompt_token_ids"] for each in (*chats, *texts)]

    without = await rendered()
    await asyncio.to_thread(loaded.shortcuts.install, loaded)
    assert await rendered() == without


def test_a_malformed_grammar_is_refused_without_vllms_check(loaded: Any) -> None:
    loaded.shortcuts.install(loaded, ["grammar_check"])
    check = backend_guidance.validate_guidance_grammar
    check(
        SamplingParams(structured_outputs=StructuredOutputsParams(regex="a{9999999}"))
    )  # the checker's to refuse
    with pytest.raises(VLLMValidationError):
        check(SamplingParams(structured_outputs=StructuredOutputsParams(structural_tag="{}")))


def test_vllm_checks_an_accepted_grammar_once_where_there_is_no_checker(
    loaded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Any] = []
    vllms_check = backend_xgrammar.validate_xgrammar_grammar

    def check(sampling_params: Any) -> None:
        checked.append(sampling_params.structured_outputs)
        vllms_check(sampling_params)

    monkeypatch.setattr(backend_xgrammar, "validate_xgrammar_grammar", check)
    monkeypatch.setattr(loaded, "grammars", None)
    loaded.shortcuts.install(loaded, ["grammar_check"])
    for outputs in (
        {"json": {"type": "object", "properties": {"a": {}, "b": {}}}},
        {"json": {"type": "object", "properties": {"b": {}, "a": {}}}},  # another order of the answer
        {"regex": "[a-z]+"},
        {"choice": ["yes", "no"]},
    ):
        forms = [StructuredOutputsParams(**outputs) for _ in range(2)]
        for each in forms:
            backend_xgrammar.validate_xgrammar_grammar(SamplingParams(structured_outputs=each))
        assert forms[0] == forms[1]
    assert len(checked) == 5  # vLLM replaces choices by a grammar
    unknown = SamplingParams(structured_outputs=StructuredOutputsParams(grammar="root ::= unknown"))
    for _ in range(2):
        with pytest.raises(VLLMValidationError):
            backend_xgrammar.validate_xgrammar_grammar(unknown)
    assert len(checked) == 7
