"""System and developer messages, in the form that the loaded chat template accepts.

If the template writes all of them, it gets them as from vLLM's server: each in its position and role, or, if
the template has no developer role, those at the beginning as one system message. Messages that it refuses or
drops are merged:

* those at the beginning become one system message, joined as in vLLM;
* a later one keeps its position. A developer message becomes a system message; if the template does not
  accept it there, a paragraph of the user turn or tool result before it, else of the user turn after it;
* for a template without a system role, those at the beginning become part of the first user turn, too.

In some of these cases vLLM moves later messages to the front. That changes the prompt from its beginning, so
that the prefix cache has no part of it. Coding agents send such messages (reminders) with each turn. They are
added to a tool result, and not sent as a turn of their own, for another reason: templates drop the reasoning
before the user's last turn.

What a template accepts is detected by rendering a small conversation of the same form, once per template.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import pairwise, takewhile
from typing import Any, NamedTuple

from msgspec.structs import replace
from vllm.renderers import ChatParams
from vllm.renderers.online_renderer import OnlineRenderer
from vllm.utils.mistral import is_mistral_tokenizer

from accord.engine.billing import without_billing
from accord.engine.requests import Conversation

Message = dict[str, Any]

logger = logging.getLogger(__name__)

_INSTRUCTING = frozenset({"system", "developer"})
_MAX_CACHED = 256
"""The most forms whose arrangement is cached, over all templates, because requests can bring their own."""
_CALL_ID = "sample123"
"""Nine characters, which Mistral's templates require."""
_TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "sample",
            "description": "Sample.",
            "parameters": {"type": "object", "properties": {}},
        },
    }
]


class Shape(NamedTuple):
    """The form of a conversation, as far as it matters for one kind of its system or developer messages."""

    leading: tuple[str, ...]
    """The roles at the beginning: the first one, then each different one that follows, once."""
    late: tuple[str, str] | None = None
    """The role of a later message, and that of the turn before it."""
    alone: bool = False
    """Whether there are only system and developer messages."""


class Leading(IntEnum):
    """How messages at the beginning are arranged."""

    AS_GIVEN = 0
    ONE_SYSTEM_MESSAGE = 1
    IN_TURNS = 2


class Late(IntEnum):
    """How a later message is arranged."""

    AS_GIVEN = 0
    SYSTEM_MESSAGE = 1
    IN_TURNS = 2


Arrangement = tuple[Leading, Late]

AS_GIVEN: Arrangement = (Leading.AS_GIVEN, Late.AS_GIVEN)
ARRANGEMENTS: list[Arrangement] = [
    *((leading, late) for late in Late for leading in (Leading.AS_GIVEN, Leading.ONE_SYSTEM_MESSAGE)),
    (Leading.IN_TURNS, Late.IN_TURNS),
]
"""From no change to what every template accepts."""


class Roles:
    """Arranges conversations in the form that their template accepts."""

    def __init__(self, renderer: OnlineRenderer) -> None:
        self.renderer = renderer
        self._arrangements: dict[tuple[str | None, bool, Shape], Arrangement] = {}

    async def fitted(self, conversation: Conversation) -> Conversation:
        """Return the conversation with its system and developer messages as the template accepts them."""
        shapes = shapes_of(conversation.messages)
        if not shapes or self._is_left_to_vllm(conversation):
            return conversation
        template, tools = conversation.chat_template, bool(conversation.tools)
        arrangements = {shape: await self._arrangement(template, tools, shape) for shape in shapes}
        if all(arrangement == AS_GIVEN for arrangement in arrangements.values()):
            return conversation
        leading = max(leading for leading, _ in arrangements.values())
        late = {
            shape.late: arrangement[1]
            for shape, arrangement in arrangements.items()
            if shape.late is not None
        }
        return replace(conversation, messages=arranged(conversation.messages, leading, late))

    def _is_left_to_vllm(self, conversation: Conversation) -> bool:
        """Return whether vLLM's server decides.

        Harmony has both roles everywhere, and vLLM refuses a client's template untried.
        """
        own_template = conversation.chat_template is not None
        return self.renderer.use_harmony or (own_template and not self.renderer.trust_request_chat_template)

    async def _arrangement(self, chat_template: str | None, tools: bool, shape: Shape) -> Arrangement:
        """Return the arrangement of conversations of this shape, from the cache if it is there."""
        key = (chat_template, tools, shape)
        arrangement = self._arrangements.get(key)
        if arrangement is None:
            arrangement = await self._found(*key)
            if len(self._arrangements) >= _MAX_CACHED:
                self._arrangements.clear()
            self._arrangements[key] = arrangement
        return arrangement

    async def _found(self, chat_template: str | None, tools: bool, shape: Shape) -> Arrangement:
        """Return the first arrangement in which the template writes all messages of such a conversation."""
        sample = _sample(shape)
        late = [kind for kind in _late(message["role"] for message in sample) if kind is not None]
        tried: list[list[Message]] = []
        for arrangement in ARRANGEMENTS:
            messages = arranged(sample, arrangement[0], dict.fromkeys(late, arrangement[1]))
            if messages in tried:
                continue
            tried.append(messages)
            text = await self._rendered(messages, chat_template, tools)
            if text is not None and _is_whole(text, sample, in_order=_vllm_could_move(messages, shape)):
                if arrangement != AS_GIVEN:
                    logger.info(
                        "The chat template does not accept messages of %s; it gets them as messages of %s.",
                        ", ".join(message["role"] for message in sample),
                        ", ".join(message["role"] for message in messages),
                    )
                return arrangement
        return AS_GIVEN  # and vLLM reports the error

    async def _rendered(self, messages: list[Message], chat_template: str | None, tools: bool) -> str | None:
        """Return the prompt's text; None if the template refuses the messages."""
        renderer = self.renderer.renderer
        arguments = {
            "add_generation_prompt": True,
            "tokenize": is_mistral_tokenizer(renderer.tokenizer),
            "tools": _TOOLS if tools else None,
        }
        params = ChatParams(
            chat_template=chat_template or self.renderer.chat_template,
            chat_template_content_format=self.renderer.chat_template_content_format,
            chat_template_kwargs={**self.renderer.default_chat_template_kwargs, **arguments},
        )
        try:
            _, prompt = await renderer.render_messages_async(messages, params)
        except TimeoutError:
            raise
        except Exception:  # a template refuses messages with any kind of error
            return None
        text: str | None = prompt.get("prompt")
        return renderer.get_tokenizer().decode(prompt["prompt_token_ids"]) if text is None else text


def shapes_of(messages: Sequence[Message]) -> list[Shape]:
    """Return a shape for each kind of later message, or one for those at the beginning, if there are any."""
    roles = [message["role"] for message in messages]
    if "system" not in roles and "developer" not in roles:
        return []
    first = list(takewhile(_INSTRUCTING.__contains__, roles))
    leading = (*first[:1], *sorted(set(first[1:])))
    rest = roles[len(first) :]
    if "system" not in rest and "developer" not in rest:
        return [Shape(leading, alone=not rest)]
    return [Shape(leading, late) for late in dict.fromkeys(filter(None, _late(rest)))]


def _late(roles: Iterable[str]) -> Iterator[tuple[str, str] | None]:
    """Yield the role of each later system or developer message, and that of the turn before it."""
    turn = ""
    for role in roles:
        if role in _INSTRUCTING:
            yield role, turn
        else:
            turn = role
            yield None


def arranged(
    messages: Sequence[Message], leading: Leading, late: Mapping[tuple[str, str], Late]
) -> list[Message]:
    """Return the messages, with those at the beginning and the later ones arranged as given."""
    first = list(takewhile(_instructs, messages))
    rest = messages[len(first) :]
    arrangements = [Late.AS_GIVEN if kind is None else late[kind] for kind in _late(m["role"] for m in rest)]
    if leading == Leading.IN_TURNS:
        return _in_turns(zip([*first, *rest], [*[Late.IN_TURNS] * len(first), *arrangements], strict=True))
    if leading == Leading.ONE_SYSTEM_MESSAGE and first:
        first = [_one_system_message(first)]
    return first + _in_turns(zip(rest, arrangements, strict=True))


def _instructs(message: Message) -> bool:
    return message["role"] in _INSTRUCTING


def _as_system(message: Message) -> Message:
    return {name: value for name, value in message.items() if name != "tools"} | {"role": "system"}


def _one_system_message(messages: list[Message]) -> Message:
    if len(messages) == 1:
        return _as_system(messages[0])
    return {"role": "system", "content": "\n\n".join(filter(None, map(_text, messages)))}


def _text(message: Message) -> str:
    content = message["content"]
    texts = [content] if isinstance(content, str) else [part["text"] for part in content]
    if message["role"] == "system":
        texts = [rest for text in texts if (rest := without_billing(text))]
    return "\n".join(texts)


def _in_turns(given: Iterable[tuple[Message, Late]]) -> list[Message]:
    """Return the messages, with some of their texts added to neighboring turns."""
    turns: list[tuple[Message, list[Any]]] = []  # each with the contents that become its own
    goes_on = False  # whether the last message is such a text, so that a turn can continue after it
    for message, late in given:
        role = message["role"]
        if late == Late.IN_TURNS:
            if text := _text(message):
                if not turns or turns[-1][0]["role"] not in ("user", "tool"):
                    turns.append(({"role": "user"}, []))
                turns[-1][1].append(text)
                goes_on = True
            continue
        last, contents = turns[-1] if turns else (None, [])
        if goes_on and last == {"role": "user"} and role in ("user", "tool"):
            turns[-1] = (message, [*contents, message.get("content")])
        elif goes_on and last is not None and last["role"] == role == "user":
            contents.append(message.get("content"))
        else:
            whole = _as_system(message) if late == Late.SYSTEM_MESSAGE else message
            turns.append((whole, [message.get("content")]))
        goes_on = False
    return [
        message | {"content": _joined(contents)}
        if len(contents) > 1 or message == {"role": "user"}
        else message
        for message, contents in turns
    ]


def _joined(contents: list[Any]) -> Any:
    """Join texts and lists of parts to one text, or to one list if there are other parts than text."""
    given = [content for content in contents if content]
    if all(isinstance(content, str) for content in given):
        return "\n\n".join(given)
    parts: list[tuple[Message, list[str]]] = []  # each with the texts that become its own
    for content in given:
        first, *rest = content if isinstance(content, list) else [{"type": "text", "text": content}]
        if parts and parts[-1][1] and first["type"] == "text":
            parts[-1][1].append(first["text"])
        else:
            rest.insert(0, first)
        parts += [(part, [part["text"]] if part["type"] == "text" else []) for part in rest]
    return [part | {"text": "\n\n".join(texts)} if len(texts) > 1 else part for part, texts in parts]


def _sample(shape: Shape) -> list[Message]:
    """Return a conversation of that shape, each text of which can be recognized in a prompt."""
    roles = [*shape.leading] if shape.alone else [*shape.leading, "user"]
    match shape.late:
        case (role, "user"):
            roles += [role, "assistant", "user"]
        case (role, "tool"):
            roles += ["assistant", "tool", role, "assistant", "user"]
        case (role, _):
            roles += ["assistant", role, "user"]
    sample: list[Message] = [{"role": role, "content": f"sample{n}."} for n, role in enumerate(roles)]
    for call, result in pairwise(sample):
        if result["role"] == "tool":
            function = {"name": "sample", "arguments": "{}"}
            call["tool_calls"] = [{"id": _CALL_ID, "type": "function", "function": function}]
            call["content"] = ""
            result["tool_call_id"] = _CALL_ID
    return sample


def _is_whole(prompt: str, sample: list[Message], *, in_order: bool) -> bool:
    positions = [prompt.find(message["content"]) for message in sample if message["content"]]
    return min(positions) >= 0 and (not in_order or positions == sorted(positions))


def _vllm_could_move(messages: list[Message], shape: Shape) -> bool:
    """Return whether vLLM moves later messages to the front if the template has no developer role."""
    return shape.late is not None and any(message["role"] == "developer" for message in messages)
