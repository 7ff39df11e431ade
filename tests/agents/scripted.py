"""A scripted logits processor for programs with conversations of many turns.

A program's prompt names a script, `script:NAME`, in the JSON file that the variable SCRIPTS names. The number
of the assistant's turns since the script was last named selects the next turn.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.families import scripted

if TYPE_CHECKING:
    from vllm.sampling_params import SamplingParams

NAMED = re.compile(r"script:([\w-]+)")
_ASSISTANT = "<|im_start|>assistant"
_USER = "<|im_start|>user"
_TOOLS = "</tools>"
_SUMMARY = re.compile(
    "detailed summary of the conversation|handoff summary|concise summary of our conversation"
    "|Summarize the conversation above"
)
_SUMMARIZER = "summarize this partial conversation"
"""What aider's system message says."""
NO_MORE = "<think>\n\n</think>\n\nThere is no more in the script."


class Scripted(scripted.Scripted):
    def new_req_logits_processor(self, params: SamplingParams) -> scripted.Script:
        return _Turns(self.tokenizer, None)


class _Turns(scripted.Script):
    def written(self, prompt: str) -> str:
        return next_turn(prompt, json.loads(Path(os.environ[scripted.FILE]).read_text()))


def next_turn(prompt: str, scripts: dict[str, Any]) -> str:
    """Return the model's answer to the prompt, in the chat template's form."""
    named = list(NAMED.finditer(prompt))
    script = scripts.get(named[-1][1]) if named else None
    if script is None:
        return NO_MORE
    if aside := _aside(prompt):
        text: str = script[aside]
        return text
    turns: list[str] = script["turns"]
    turn = prompt.count(_ASSISTANT, named[-1].end()) - 1
    return turns[turn] if turn < len(turns) else NO_MORE


def _aside(prompt: str) -> str | None:
    """Return the name of a request that a program makes besides the conversation."""
    if _SUMMARY.search(prompt, max(prompt.rfind(_USER), 0)) or _SUMMARIZER in prompt:
        return "summary"
    return None if _TOOLS in prompt else "without_tools"
