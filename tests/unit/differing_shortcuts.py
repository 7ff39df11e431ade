"""Patches after which a shortcut's results differ from vLLM's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from vllm import envs
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.renderers import BaseRenderer
from vllm.v1.engine import EngineCoreOutput
from vllm.v1.engine.detokenizer import FastIncrementalDetokenizer
from vllm.v1.engine.logprobs import LogprobsProcessor
from vllm.v1.structured_output import backend_guidance

from accord.engine.vllm.shortcuts import (
    handover,
    max_tokens,
    receiving,
    sending,
    statistics,
    steps,
    templates,
    tokenizing,
)


class OutputWithMore(EngineCoreOutput):  # type: ignore[misc]  # vllm is not followed
    news: int = 0


def say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps.RunningText, "_decoded", lambda *_: "")


def count_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps.RunningText, "catch_up", lambda _: None)


def say_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "EngineCoreOutput", OutputWithMore)


def hand_nothing_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "hand_over", lambda collector, _: setattr(collector, "put", lambda _: None))


def begin_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FastIncrementalDetokenizer, "decode_next", lambda self, _: str(id(self)))


def a_token_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    known = tokenizing._by_tokenizers

    def one_more(*arguments: Any) -> Any:
        encode = known(*arguments)
        return lambda text, special: [*encode(text, special), 7]

    monkeypatch.setattr(tokenizing, "_by_tokenizers", one_more)


def another_template(monkeypatch: pytest.MonkeyPatch) -> None:
    known = vars(templates)["quicker"]
    monkeypatch.setattr(templates, "quicker", lambda template, source: known(template, f"{source} "))


def another_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    render = BaseRenderer.render_cmpl

    def later(
        self: Any,
        prompts: Any,
        tok_params: Any = None,
        *,
        prompt_extras: Any = None,
        skip_mm_cache: Any = False,
    ) -> Any:
        [rendered] = render(self, prompts, tok_params)
        return [rendered | {"prompt_token_ids": [7]}]

    monkeypatch.setattr(BaseRenderer, "render_cmpl", later)


def other_values(monkeypatch: pytest.MonkeyPatch) -> None:
    values = iter(range(1000))
    monkeypatch.setitem(envs.environment_variables, "VLLM_PORT", lambda: next(values))


def another_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(sampling_params: Any, tokenizer: Any = None) -> None:
        """Takes everything."""

    monkeypatch.setattr(backend_guidance, "validate_guidance_grammar", lenient)


def no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(max_tokens, "FIELD", "max_completion_tokens")


def keep_nothing_without_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    update = LogprobsProcessor._update_sample_logprobs

    def update_with_texts(processor: Any, lists: Any) -> None:
        if processor.tokenizer is not None:
            update(processor, lists)

    monkeypatch.setattr(LogprobsProcessor, "_update_sample_logprobs", update_with_texts)


def add_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_sum", lambda iterations: iterations[-1])


def receive_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving.OnlyReader, "_receive", lambda _: [])


def send_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    send = sending.Sender.send
    monkeypatch.setattr(sending.Sender, "send", lambda self, message, engine: send(self, (b"",), engine))


def other_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have vLLM render with arguments that depend on the messages."""
    build = ChatCompletionRequest.build_chat_params

    def with_the_message(self: Any, *args: Any) -> Any:
        params = build(self, *args)
        kwargs = params.chat_template_kwargs | {
            "add_generation_prompt": self.messages[0]["content"] == "Hello"
        }
        return replace(params, chat_template_kwargs=kwargs)

    monkeypatch.setattr(ChatCompletionRequest, "build_chat_params", with_the_message)


DIFFERING: list[tuple[str, Callable[[pytest.MonkeyPatch], None]]] = [
    ("max_tokens", no_warning),
    ("variables", other_values),
    ("statistics", add_up_nothing),
    ("receiving", receive_nothing_of_it),
    ("sending", send_nothing_of_it),
    ("grammar_check", another_check),
    ("tokenizing", a_token_too_many),
    ("rendering", another_rendering),
    ("templates", another_template),
    ("parameters", other_arguments),
    ("detokenizing", begin_elsewhere),
    ("logprobs", keep_nothing_without_texts),
    ("handover", hand_nothing_over),
    ("steps", say_nothing),
    ("steps", count_nothing),
    ("steps", say_more),
]
