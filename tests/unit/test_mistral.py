"""Mistral's own tokenizer, whose package makes the grammar of each answer, as in vLLM."""

from typing import Any

import pytest
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.parser.mistral import MistralParser
from vllm.tokenizers import get_tokenizer

from tests.families.writing import write_tekken_v13

TOOL = {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}
FORMAT = {"type": "json_schema", "json_schema": {"name": "f", "schema": {"type": "object"}}}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("mistral")
    write_tekken_v13(folder)
    return get_tokenizer(str(folder), tokenizer_mode="mistral")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"tools": [TOOL]},
        {"tools": [TOOL], "tool_choice": "required"},
        {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "now"}}},
        {"response_format": FORMAT},
        {"tools": [TOOL], "response_format": FORMAT},
    ],
)
def test_every_answer_gets_its_grammar(tokenizer: Any, asked: dict[str, Any]) -> None:
    request = ChatCompletionRequest.model_validate({"messages": [], **asked})
    adjusted = MistralParser(tokenizer, request.tools).adjust_request(request)
    assert adjusted.structured_outputs.grammar
