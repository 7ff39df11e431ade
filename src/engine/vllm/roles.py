"""System and developer messages, in the form that the loaded chat template takes.

A template gets them as vLLM's server would give it them, where it writes all of them: each in its place and
role, or, where it has no developer's role, those at the beginning as one system message. What it refuses or
leaves out is merged:

* those at the beginning become one system message, joined as vLLM joins them;
* a later one stays where it is. A developer's becomes a system message there; where the template takes none,
  it is a paragraph of the user's turn or the tool's result before it, else of the user's turn after it;
* a template without a system role has those at the beginning in the first user's turn, too.

vLLM moves later ones to the front in some of these cases. That changes the prompt from its beginning, so
that nothing of the conversation is found in the prefix cache. Clients that send such messages (reminders of
coding agents) send them with each turn. The end of a tool's result, and not a turn of its own, is their place
for another reason: templates leave out the reasoning before the user's last turn.

What a template takes is found by rendering a small conversation of the same form, once for each template.
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
_REMEMBERED = 256
"""Forms of conversations whose way is remembered, over all templates, since requests can bring their own."""
_CALL_ID = "sample123"
"""Of nine characters, as Mistral's templates ask."""
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
    """The form of a conversation, as far as it matters to one kind of its system or developer messages."""

    leading: tuple[str, ...]
    """The roles at the beginning: the first one, then each that follows it, once."""
    late: tuple[str, str] | None = None
    """The role of a later one, and of the turn that it comes after."""
    alone: bool = False
    """Whether there are none but system and developer messages."""


class Leading(IntEnum):
    """What becomes of the messages at the beginning."""

    AS_GIVEN = 0
    ONE_SYSTEM_MESSAGE = 1
    IN_TURNS = 2


class Late(IntEnum):
    """What becomes of a later one."""

    AS_GIVEN = 0
    SYSTEM_MESSAGE = 1
    IN_TURNS = 2


Way = tuple[Leading, Late]

AS_GIVEN: Way = (Leading.AS_GIVEN, Late.AS_GIVEN)
WAYS: list[Way] = [
    *((leading, late) for late in Late for leading in (Leading.AS_GIVEN, Leading.ONE_SYSTEM_MESSAGE)),
    (Leading.IN_TURNS, Late.IN_TURNS),
]
"""From what changes nothing to what every template takes."""


class Roles:
    """Brings conversations into the form that their template takes."""

    def __init__(self, renderer: OnlineRenderer) -> None:
        self.renderer = renderer
        self._ways: dict[tuple[str | None, bool, Shape], Way] = {}

    async def fitted(self, conversation: Conversation) -> Conversation:
        """Return the conversation with its system and developer messages as the template takes them."""
        shapes = shapes_of(conversation.messages)
        if not shapes or self._is_left_to_vllm(conversation):
            return conversation
        template, tools = conversation.chat_template, bool(conversation.tools)
        ways = {shape: await self._way(template, tools, shape) for shape in shapes}
        if all(way == AS_GIVEN for way in ways.values()):
            return conversation
        leading = max(leading for leading, _ in ways.values())
        late = {shape.late: way[1] for shape, way in ways.items() if shape.late is not None}
        return replace(conversation, messages=arranged(conversation.messages, leading, late))

    def _is_left_to_vllm(self, conversation: Conversation) -> bool:
        """The Harmony format has both roles everywhere, and vLLM refuses a client's template untried."""
        own_template = conversation.chat_template is not None
        return self.renderer.use_harmony or (own_template and not self.renderer.trust_request_chat_template)

    async def _way(self, chat_template: str | None, tools: bool, shape: Shape) -> Way:
        """Return the way of conversations of this shape, found once."""
        key = (chat_template, tools, shape)
        way = self._ways.get(key)
        if way is None:
            way = await self._found(*key)
            if len(self._ways) >= _REMEMBERED:
                self._ways.clear()
            self._ways[key] = way
        return way

    async def _found(self, chat_template: str | None, tools: bool, shape: Shape) -> Way:
        """Return the first way in which the template writes all of a conversation of this shape."""
        sample = _sample(shape)
        late = [kind for kind in _late(message["role"] for message in sample) if kind is not None]
        tried: list[list[Message]] = []
        for way in WAYS:
            messages = arranged(sample, way[0], dict.fromkeys(late, way[1]))
            if messages in tried:
                continue
            tried.append(messages)
            text = await self._rendered(messages, chat_template, tools)
            if text is not None and _is_whole(text, sample, in_order=_vllm_could_move(messages, shape)):
                if way != AS_GIVEN:
                    logger.info(
                        "The chat template does not take messages of %s as they are; they are given to it "
                        "as messages of %s.",
                        ", ".join(message["role"] for message in sample),
                        ", ".join(message["role"] for message in messages),
                    )
                return way
        return AS_GIVEN  # and vLLM says what is wrong

    async def _rendered(self, messages: list[Message], chat_template: str | None, tools: bool) -> str | None:
        """Return the prompt's text; None where the template refuses the messages."""
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
        except Exception:  # a template says what it does not take with any error it likes
            return None
        text: str | None = prompt.get("prompt")
        return renderer.get_tokenizer().decode(prompt["prompt_token_ids"]) if text is None else text


def shapes_of(messages: Sequence[Message]) -> list[Shape]:
    """Return a shape for each kind of later message, or one for those at the beginning; [] without any."""
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
    """Yield, for each role, itself and that of the turn before it, where it is one that instructs."""
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
    """Return the messages: those at the beginning and, of each kind, the later ones in the given way."""
    first = list(takewhile(_instructs, messages))
    rest = messages[len(first) :]
    ways = [Late.AS_GIVEN if kind is None else late[kind] for kind in _late(m["role"] for m in rest)]
    if leading == Leading.IN_TURNS:
        return _in_turns(zip([*first, *rest], [*[Late.IN_TURNS] * len(first), *ways], strict=True))
    if leading == Leading.ONE_SYSTEM_MESSAGE and first:
        first = [_one_system_message(first)]
    return first + _in_turns(zip(rest, ways, strict=True))


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
    """Return the messages, with the texts of some in the turns beside them."""
    turns: list[tuple[Message, list[Any]]] = []  # each with the contents that become its own
    goes_on = False  # whether what came last is such a text, so that a turn can go on after it
    for message, way in given:
        role = message["role"]
        if way == Late.IN_TURNS:
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
            whole = _as_system(message) if way == Late.SYSTEM_MESSAGE else message
            turns.append((whole, [message.get("content")]))
        goes_on = False
    return [
        message | {"content": _joined(contents)}
        if len(contents) > 1 or message == {"role": "user"}
        else message
        for message, contents in turns
    ]


def _joined(contents: list[Any]) -> Any:
    """Return texts and lists of parts as one text, or one list where there is more than text."""
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
    """Return a conversation of that shape, each text of which can be found again in a prompt."""
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
    places = [prompt.find(message["content"]) for message in sample if message["content"]]
    return min(places) >= 0 and (not in_order or places == sorted(places))


def _vllm_could_move(messages: list[Message], shape: Shape) -> bool:
    """Whether vLLM moves later messages to the front where the template has no developer's role."""
    return shape.late is not None and any(message["role"] == "developer" for message in messages)
