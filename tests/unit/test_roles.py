"""Each template gets system and developer messages as from vLLM's server, or merged in place."""

import asyncio
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mistral_common
import pytest
from vllm.config import ModelConfig, VllmConfig
from vllm.entrypoints.anthropic.protocol import AnthropicMessagesRequest
from vllm.entrypoints.anthropic.serving import AnthropicServingMessages
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.entrypoints.openai.responses.protocol import ResponsesRequest
from vllm.entrypoints.serve.engine.protocol import ErrorResponse
from vllm.exceptions import VLLMValidationError
from vllm.renderers import renderer_from_config
from vllm.renderers.online_renderer import OnlineRenderer

from accord.engine import Conversation, Sampling
from accord.engine.vllm.prompts import Prompts
from accord.engine.vllm.roles import Late, Leading, Roles, arranged, shapes_of
from accord.errors import InvalidRequest
from tests.joining import JoinedOnce
from tests.unit.role_conversations import (
    CONVERSATIONS,
    DIALECTS,
    OURS,
    STRICT,
    TEMPLATES,
    Body,
    chat,
    chat_body,
)


@pytest.fixture(scope="module")
def renderer_of(tiny_model: Path) -> Callable[..., OnlineRenderer]:
    """Makes what vLLM's server renders with, for a template."""
    config = ModelConfig(model=str(tiny_model), max_model_len=2048)
    renderer = renderer_from_config(VllmConfig(model_config=config))

    def made(template: str, *, trusts: bool = True) -> OnlineRenderer:
        return OnlineRenderer(
            model_config=config,
            renderer=renderer,
            request_logger=None,
            chat_template=TEMPLATES[template],
            chat_template_content_format="auto",
            trust_request_chat_template=trusts,
            enable_auto_tools=True,
        )

    return made


@pytest.fixture(scope="module")
def mistrals(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> OnlineRenderer:
    """The same, with Mistral's own tokenizer, which has rules in place of a template."""
    folder = tmp_path_factory.mktemp("models") / "mistral"
    folder.mkdir()
    shutil.copy(tiny_model / "config.json", folder)
    (folder / "tekken.json").symlink_to(Path(mistral_common.__file__).parent / "data" / "tekken_240911.json")
    config = ModelConfig(model=str(folder), tokenizer_mode="mistral", max_model_len=2048)
    return OnlineRenderer(
        model_config=config,
        renderer=renderer_from_config(VllmConfig(model_config=config)),
        request_logger=None,
        chat_template=None,
        chat_template_content_format="auto",
    )


@pytest.fixture
def read(renderer_of: Callable[..., OnlineRenderer]) -> Callable[[str, Conversation], str]:
    """The prompt's text that Accord renders."""

    def text(template: str, conversation: Conversation) -> str:
        prompts = Prompts(renderer_of(template))
        rendered = asyncio.run(prompts.render_chat(conversation, Sampling()))
        prompt: str = prompts.tokenizer.decode(rendered.token_ids)
        return prompt

    return text


def written(read: Callable[[str, Conversation], str], template: str, roles: str) -> str:
    return read(template, chat(chat_body(roles)))


async def vllm_prompt(renderer: OnlineRenderer, kind: str, body: Body) -> list[int] | None:
    """The prompt of vLLM's own server for that body; None if it is a 400."""
    try:
        if kind == "responses":
            rendered = await renderer.render_responses(ResponsesRequest.model_validate(body))
        else:
            request = (
                ChatCompletionRequest.model_validate(body)
                if kind == "chat"
                else _from_messages(renderer, body)
            )
            rendered = await renderer.render_chat(request)
    except VLLMValidationError:
        return None
    if isinstance(rendered, ErrorResponse):
        return None
    engine_input = rendered[1][0] if isinstance(rendered, tuple) else rendered.engine_input
    return list(engine_input["prompt_token_ids"])


def _from_messages(renderer: OnlineRenderer, body: Body) -> ChatCompletionRequest:
    request = AnthropicMessagesRequest.model_validate(body)
    merges = AnthropicServingMessages._should_merge_inline_system(renderer)
    return AnthropicServingMessages.to_chat_completion_request(request, merge_inline_system=merges)


@pytest.mark.parametrize("template", ["takes everything", STRICT])
def test_messages_after_a_function_call_of_the_older_form_are_read(
    read: Callable[[str, Conversation], str], template: str
) -> None:
    """A role of no turn that the samples have."""
    body = chat_body("u a")
    body["messages"] += [
        {"role": "function", "name": "f", "content": "f2"},
        {"role": "developer", "content": "d3"},
        {"role": "user", "content": "u4"},
    ]
    prompt = read(template, chat(body))
    assert all(text in prompt for text in ("u0", "a1", "f2", "d3", "u4"))


@pytest.mark.parametrize("roles", CONVERSATIONS)
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("dialect", DIALECTS)
async def test_answers_of_vllm_validate_the_same(
    renderer_of: Callable[..., OnlineRenderer], dialect: str, template: str, roles: str
) -> None:
    renderer = renderer_of(template)
    body_of, conversation_of = DIALECTS[dialect]
    body = body_of(roles)
    if not body.get("messages", body.get("input")):
        return  # these APIs have no conversation of system messages only
    expected = await vllm_prompt(renderer, dialect, body)
    ours = (await Prompts(renderer).render_chat(conversation_of(body_of(roles)), Sampling())).token_ids
    text = renderer.renderer.get_tokenizer().decode(ours)
    for place, role in enumerate(roles.split()):
        said = f"{role}{place}" if dialect != "messages" else f"{role.replace('d', 's')}{place}"
        assert text.count(said) == 1
    if expected is not None:
        assert (ours != expected) == (roles in OURS.get(template, {}).get(dialect, ()))


@pytest.mark.parametrize(
    ("template", "roles", "prompt"),
    [
        ("takes everything", "s d u", "<system>s0\n\nd1<user>u2<assistant>"),
        ("takes everything", "s u a d u", "<system>s0<user>u1<assistant>a2<system>d3<user>u4<assistant>"),
        (
            "takes everything",
            "s d u a s u",
            "<system>s0\n\nd1<user>u2<assistant>a3<system>s4<user>u5<assistant>",
        ),
        (
            "knows developers",
            "s d u a d u",
            "<system>s0<!developer>d1<user>u2<assistant>a3<!developer>d4<user>u5<assistant>",
        ),
        (STRICT, "s s u", "<system>s0\n\ns1<user>u2<assistant>"),
        (STRICT, "s u s a u s", "<system>s0<user>u1\n\ns2<assistant>a3<user>u4\n\ns5<assistant>"),
        (STRICT, "s u a s u", "<system>s0<user>u1<assistant>a2<user>s3\n\nu4<assistant>"),
        (STRICT, "s u a d s", "<system>s0<user>u1<assistant>a2<user>d3\n\ns4<assistant>"),
        (STRICT, "u s u", "<user>u0\n\ns1\n\nu2<assistant>"),
        (
            "one system message, in turns",
            "s s u a s u",
            "<user>s0\n\ns1|u2<assistant>a3<user>s4\n\nu5<assistant>",
        ),
        ("no system messages", "s d u a s u", "<user>s0\n\nd1\n\nu2<assistant>a3<user>s4\n\nu5<assistant>"),
        ("no system messages", "s", "<user>s0<assistant>"),
        ("gathers system messages", "s u a d u", "s0\n\nd3<user>u1<assistant>a2<user>u4<assistant>"),
        (
            "leaves out what it does not know",
            "s u a s u",
            "<user>s0\n\nu1<assistant>a2<user>s3\n\nu4<assistant>",
        ),
    ],
)
def test_messages_that_a_template_refuses_are_merged(
    read: Callable[[str, Conversation], str], template: str, roles: str, prompt: str
) -> None:
    assert written(read, template, roles) == prompt


CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}


@pytest.mark.parametrize("template", [STRICT, "no system messages", "takes everything", "knows developers"])
def test_each_turn_begins_as_the_one_before_it_ended(
    read: Callable[[str, Conversation], str], template: str
) -> None:
    """What comes later changes nothing of the prompt before it, so that the prefix cache holds that."""
    turns = [
        {"role": "user", "content": "u"},
        {"role": "system", "content": "Since now: brief."},
        {"role": "assistant", "content": "a", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Sunny"},
        {"role": "developer", "content": "The user is away."},
        {"role": "assistant", "content": "b"},
        {"role": "system", "content": "The date has changed."},
        {"role": "user", "content": "v"},
    ]
    if template == "no system messages":
        turns[2:5] = []  # nor has it tools
    prompts = [
        read(template, chat({"model": "m", "messages": turns[:end]})).removesuffix("<assistant>")
        for end in range(1, len(turns) + 1)
    ]
    assert all(later.startswith(earlier) for earlier, later in pairwise(prompts))


def test_a_reminder_after_a_tools_result_is_not_a_turn_of_its_own(
    read: Callable[[str, Conversation], str],
) -> None:
    turns = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Sunny"},
        {"role": "system", "content": "Be brief."},
    ]
    assert read(STRICT, chat({"model": "m", "messages": turns})) == (
        "<user>Weather?<assistant>(look)<tool>Sunny\n\nBe brief.<assistant>"
    )


def test_parts_are_joined_as_vllm_joins_them(read: Callable[[str, Conversation], str]) -> None:
    parts = [{"type": "text", "text": "One"}, {"type": "text", "text": "two"}]
    turns = [{"role": "system", "content": parts}, {"role": "developer", "content": "three"}]
    for template in ("takes everything", STRICT):
        prompt = read(template, chat({"model": "m", "messages": [*turns, {"role": "user", "content": "u"}]}))
        assert prompt == "<system>One\ntwo\n\nthree<user>u<assistant>"


def test_a_text_joins_a_turn_that_has_an_image() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    text = {"type": "text", "text": "What is it?"}
    system = {"role": "system", "content": "Be brief."}
    in_turns = {("system", "user"): Late.IN_TURNS, ("system", "assistant"): Late.IN_TURNS}

    def joined(*given: Body) -> list[Body]:
        return arranged(given, Leading.AS_GIVEN, in_turns)

    [turn] = joined({"role": "user", "content": [image, text]}, system)
    assert turn["content"] == [image, {"type": "text", "text": "What is it?\n\nBe brief."}]
    [turn] = joined({"role": "user", "content": [image]}, system, {"role": "user", "content": "And?"})
    assert turn["content"] == [image, {"type": "text", "text": "Be brief.\n\nAnd?"}]
    [_, turn] = joined({"role": "assistant", "content": "Hi"}, system, {"role": "user", "content": [image]})
    assert turn["content"] == [{"type": "text", "text": "Be brief."}, image]


def test_a_clients_line_that_vllm_takes_out_is_taken_out_of_what_is_merged(
    read: Callable[[str, Conversation], str],
) -> None:
    billed = {"role": "system", "content": "x-anthropic-billing-header: cch=1;\nBe kind."}
    turns = [{"role": "system", "content": "Be brief."}, billed, {"role": "user", "content": "u"}]
    assert read(STRICT, chat({"model": "m", "messages": turns})) == (
        "<system>Be brief.\n\nBe kind.<user>u<assistant>"
    )


def test_many_messages_are_put_together_once() -> None:
    said = [{"role": "system", "content": JoinedOnce(str(n))} for n in range(3)]
    user = {"role": "user", "content": JoinedOnce("u")}
    merged = arranged([*said, user], Leading.ONE_SYSTEM_MESSAGE, {})
    assert merged == [{"role": "system", "content": "0\n\n1\n\n2"}, user]
    late = {("system", "user"): Late.IN_TURNS}
    assert arranged([user, *said], Leading.AS_GIVEN, late) == [
        {"role": "user", "content": "u\n\n0\n\n1\n\n2"}
    ]
    assert len(shapes_of([user, *said * 1000, user, *said])) == 1


@pytest.mark.parametrize("roles", ["s u", "d u", "s d u", "s s u", "s u s u", "u d u", "s"])
async def test_mistrals_rules_are_left_to_it(mistrals: OnlineRenderer, roles: str) -> None:
    """They know no developers, whose messages are the system's here."""
    ours = await Prompts(mistrals).render_chat(chat(chat_body(roles)), Sampling())
    known = chat_body(roles)
    for message in known["messages"]:
        message["role"] = message["role"].replace("developer", "system")
    assert ours.token_ids == await vllm_prompt(mistrals, "chat", known)


async def test_messages_that_mistrals_rules_refuse_are_merged(mistrals: OnlineRenderer) -> None:
    with pytest.raises(ValueError, match="Unexpected role 'system' after role 'assistant'"):
        await vllm_prompt(mistrals, "chat", chat_body("s u a s u"))
    ours = await Prompts(mistrals).render_chat(chat(chat_body("s u a s u")), Sampling())
    assert ours.text == "<s>[INST]u1[/INST]a2</s>[INST]s0\n\ns3\n\nu4[/INST]"


async def test_the_harmony_format_has_both_roles_everywhere() -> None:
    harmony: Any = SimpleNamespace(use_harmony=True)
    asked = chat(chat_body("s d u a d s u"))
    assert await Roles(harmony).fitted(asked) is asked


async def test_a_template_is_tried_once(
    renderer_of: Callable[..., OnlineRenderer], monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = Prompts(renderer_of(STRICT))
    tried: list[Any] = []
    rendered = prompts.roles._rendered

    async def noted(*arguments: Any) -> str | None:
        tried.append(arguments)
        return await rendered(*arguments)

    monkeypatch.setattr(prompts.roles, "_rendered", noted)
    for roles in ("s u a s u", "s u a s u a s u a u", "s u a s"):
        await prompts.render_chat(chat(chat_body(roles)), Sampling())
    assert len(tried) == 2  # as it is, and with the text in a turn
    await prompts.render_chat(chat(chat_body("u a u")), Sampling())
    assert len(tried) == 2


@pytest.mark.parametrize("trusts", [True, False])
async def test_a_clients_template_is_tried_where_it_is_trusted(
    renderer_of: Callable[..., OnlineRenderer], trusts: bool
) -> None:
    prompts = Prompts(renderer_of("takes everything", trusts=trusts))
    asked = chat(chat_body("s u a s u") | {"chat_template": TEMPLATES[STRICT]})
    if trusts:
        rendered = await prompts.render_chat(asked, Sampling())
        assert rendered.text == "<system>s0<user>u1<assistant>a2<user>s3\n\nu4<assistant>"
    else:
        with pytest.raises(InvalidRequest, match="--trust-request-chat-template"):
            await prompts.render_chat(asked, Sampling())
        assert not prompts.roles._arrangements


def test_a_conversation_that_the_template_refuses_gets_its_message(
    read: Callable[[str, Conversation], str],
) -> None:
    with pytest.raises(InvalidRequest, match="Roles must alternate"):
        written(read, "no system messages", "s u u")


@pytest.mark.parametrize("dialect", ["responses", "messages"])
def test_an_empty_list_of_tools_is_as_none(read: Callable[[str, Conversation], str], dialect: str) -> None:
    """In chat completions it is refused, as OpenAI and vLLM refuse it."""
    body_of, conversation_of = DIALECTS[dialect]
    asked = conversation_of(body_of("s u") | {"tools": []})
    assert asked.tools is None
    assert read("takes everything", asked) == "<system>s0<user>u1<assistant>"


@pytest.mark.parametrize(
    "said", [{}, {"content": None}, {"content": ""}, {"content": None, "tool_calls": []}]
)
async def test_an_empty_message_of_the_assistants_is_read_as_vllm_reads_it(
    renderer_of: Callable[..., OnlineRenderer], said: Body
) -> None:
    renderer = renderer_of("takes everything")
    turns = [{"role": "user", "content": "u"}, {"role": "assistant"} | said, {"role": "user", "content": "v"}]
    body = {"model": "m", "messages": turns}
    ours = await Prompts(renderer).render_chat(chat(body), Sampling())
    assert ours.text == "<user>u<assistant><user>v<assistant>"
    assert ours.token_ids == await vllm_prompt(renderer, "chat", body)
