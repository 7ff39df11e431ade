"""Chat templates of several kinds, and conversations with system and developer messages."""

from collections.abc import Callable
from typing import Any

from accord.dialects.chat import request as chat_dialect
from accord.dialects.ignored import Ignored
from accord.dialects.media import text_only
from accord.dialects.messages import request as messages_dialect
from accord.dialects.responses import items as response_items
from accord.dialects.responses import request as responses_dialect
from accord.dialects.responses.tools import Tools
from accord.engine import Conversation
from accord.generated import models

Body = dict[str, Any]
WRITES = "<{{ m.role }}>{{ m.content }}{% for c in m.tool_calls or [] %}({{ c.function.name }}){% endfor %}"
ALTERNATES = (
    "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate.') }}"
    "{% endif %}"
)
OPENS = "{% if add_generation_prompt %}<assistant>{% endif %}"
TEMPLATES = {
    "takes everything": "{% for m in messages %}"
    + WRITES
    + "{% endfor %}"
    + OPENS,  # as ChatML, Llama, Qwen 3
    "knows developers": (
        "{% for m in messages %}{% if m.role == 'developer' %}<!developer>{{ m.content }}{% else %}"
        + WRITES
        + "{% endif %}{% endfor %}"
        + OPENS
    ),
    "one system message first": (  # as Qwen 3.6
        "{% for m in messages %}{% if m.role == 'system' and not loop.first %}"
        "{{ raise_exception('System message must be at the beginning.') }}{% endif %}"
        + WRITES
        + "{% endfor %}"
        + OPENS
    ),
    "one system message, in turns": (  # as Gemma 3, whose system message is the first turn's beginning
        "{% set system = messages[0].content + '|' if messages[0].role == 'system' else '' %}"
        "{% for m in (messages[1:] if system else messages) %}"
        + ALTERNATES
        + "<{{ m.role }}>{{ system if loop.first else '' }}{{ m.content }}{% endfor %}"
        + OPENS
    ),
    "no system messages": (  # as Gemma 1 and the first of Mistral's
        "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
        "{% for m in messages %}" + ALTERNATES + WRITES + "{% endfor %}" + OPENS
    ),
    "gathers system messages": (  # as DeepSeek V3
        "{{ messages | selectattr('role', 'equalto', 'system') | map(attribute='content') | join('\n\n') }}"
        "{% for m in messages if m.role != 'system' %}" + WRITES + "{% endfor %}" + OPENS
    ),
    "leaves out what it does not know": (
        "{% for m in messages if m.role in ('user', 'assistant', 'tool') %}" + WRITES + "{% endfor %}" + OPENS
    ),
}
STRICT = "one system message first"
ROLES = {"s": "system", "d": "developer", "u": "user", "a": "assistant"}
CONVERSATIONS = [
    "u",
    "s u",
    "d u",
    "s d u",
    "s s u",
    "d s u",
    "s u a s u",
    "s u a d u",
    "d u s a u",
    "s",
    "s d",
]


def chat_body(roles: str) -> Body:
    """Return a message of each role, whose text is the role's letter and its place."""
    turns = [{"role": ROLES[role], "content": f"{role}{n}"} for n, role in enumerate(roles.split())]
    return {"model": "m", "messages": turns}


def responses_body(roles: str) -> Body:
    """Return the same for Responses: a system message at the beginning becomes the instructions."""
    turns = chat_body(roles)["messages"]
    instructions = turns.pop(0)["content"] if turns[0]["role"] == "system" else None
    return {"model": "m", "input": turns, "instructions": instructions}


def messages_body(roles: str) -> Body:
    """Return the same for Messages: `system` is the first message; the API has no developer messages."""
    turns = chat_body(roles.replace("d", "s"))["messages"]
    system = turns.pop(0)["content"] if turns[0]["role"] == "system" else None
    return {"model": "m", "max_tokens": 5, "messages": turns} | ({"system": system} if system else {})


def chat(body: Body) -> Conversation:
    request = models.ChatCompletionRequest.model_validate(body)
    return chat_dialect.conversation(request, text_only())


def responses(body: Body) -> Conversation:
    request = models.ResponseRequest.model_validate(body)
    items = response_items.input_items(request.input, {}, text_only(), Ignored())
    return responses_dialect.conversation(request, items, Tools(), Ignored(), text_only())


def messages(body: Body) -> Conversation:
    request = models.MessageRequest.model_validate(body)
    return messages_dialect.conversation(request, text_only())


DIALECTS: dict[str, tuple[Callable[[str], Body], Callable[[Body], Conversation]]] = {
    "chat": (chat_body, chat),
    "responses": (responses_body, responses),
    "messages": (messages_body, messages),
}
LATE_DEVELOPER = {"s u a d u", "d u s a u"}
"""Where vLLM makes one message of all, at the front, as the template has no developer's role."""
LATE = LATE_DEVELOPER | {"s u a s u"}
UNTURNED = {"s", "s d"}
"""Where the template writes system messages in the user's first turn, and there is none."""
OURS = {
    "takes everything": {"chat": LATE_DEVELOPER, "responses": LATE_DEVELOPER},
    "one system message first": {
        "chat": LATE_DEVELOPER,
        "responses": LATE_DEVELOPER,
        "messages": LATE | {"s s u", "s d u", "d s u", "s d"},  # which vLLM joins without a space in this API
    },
    "one system message, in turns": {
        "chat": LATE_DEVELOPER | UNTURNED,
        "responses": LATE_DEVELOPER | UNTURNED,
        "messages": LATE | UNTURNED,
    },
    "leaves out what it does not know": dict.fromkeys(DIALECTS, {*CONVERSATIONS} - {"u"}),
}
"""What vLLM answers and reads otherwise here, where nothing is moved to the front or left out."""
