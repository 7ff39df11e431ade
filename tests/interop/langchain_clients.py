"""LangChain's ChatOpenAI (on both of OpenAI's APIs) and ChatAnthropic; run by test_clients.py."""

import os
from functools import reduce
from typing import Literal

import pytest
from langchain_anthropic import ChatAnthropic
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

URL = os.environ["ACCORD_URL"]
MODEL = os.environ["ACCORD_MODEL"]
ROOM = 800
"""Room for the white space that a schema lets a random model write."""
TALK = [SystemMessage("You are brief."), HumanMessage("What is the weather in Paris?")]


class get_weather(BaseModel):  # noqa: N801  # LangChain names the tool for the class
    """The weather of a city."""

    city: Literal["Paris", "Rome"]


class Answer(BaseModel):
    """A short answer."""

    yes: bool
    city: Literal["Paris", "Rome"]


def _openai(use_responses_api: bool) -> BaseChatModel:
    return ChatOpenAI(
        base_url=f"{URL}/v1",
        api_key="any",
        model=MODEL,
        max_tokens=ROOM,
        temperature=0,
        use_responses_api=use_responses_api,
        stream_usage=True,  # it omits the usage for servers that are not OpenAI's own
    )


@pytest.fixture(params=["chat", "responses", "messages"])
def model(request: pytest.FixtureRequest) -> BaseChatModel:
    if request.param == "messages":
        return ChatAnthropic(base_url=URL, api_key="any", model=MODEL, max_tokens=ROOM)
    return _openai(request.param == "responses")


def test_an_answer(model: BaseChatModel) -> None:
    answer = model.invoke(TALK, max_tokens=16)
    assert answer.text
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] > 0


def _whole(chunks: list[AIMessageChunk]) -> AIMessageChunk:
    return reduce(lambda whole, chunk: whole + chunk, chunks)


async def test_an_answer_streamed(model: BaseChatModel) -> None:
    chunks = [chunk async for chunk in model.astream(TALK, max_tokens=16)]
    whole = _whole(chunks)
    assert len(chunks) > 2
    assert whole.text
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["output_tokens"] > 0


def _call(answer: AIMessage) -> str | None:
    [call] = answer.tool_calls
    assert call["name"] == "get_weather"
    assert call["args"]["city"] in ("Paris", "Rome")
    return call["id"]


def test_a_forced_tool_call_and_its_result(model: BaseChatModel) -> None:
    bound = model.bind_tools([get_weather], tool_choice="get_weather")
    called = bound.invoke(TALK)
    result = ToolMessage("18 degrees", tool_call_id=_call(called))
    assert model.bind_tools([get_weather]).invoke([*TALK, called, result], max_tokens=16).text


def test_a_forced_tool_call_streamed(model: BaseChatModel) -> None:
    chunks = list(model.bind_tools([get_weather], tool_choice="get_weather").stream(TALK))
    _call(_whole(chunks))


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(model: BaseChatModel, method: str) -> None:
    assert isinstance(model.with_structured_output(Answer, method=method).invoke(TALK), Answer)
