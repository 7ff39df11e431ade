"""vLLM's errors about a request, rewritten for the client: the field at fault, and one sentence.

vLLM writes for its operator, in names of its own options and classes. Its known messages are replaced here;
others are passed on if they are plain words.
"""

from __future__ import annotations

import logging
import re
from typing import NamedTuple

import jinja2

from accord.engine.requests import Conversation, Prompt, Sampling
from accord.errors import InvalidRequest

logger = logging.getLogger(__name__)


class Sentence(NamedTuple):
    """The replacement of a message of vLLM. If no field is named, it is the one that vLLM names."""

    pattern: re.Pattern[str]
    sentence: str
    field: str = ""


def _rewrite(pattern: str, sentence: str, field: str = "") -> Sentence:
    return Sentence(re.compile(pattern, re.DOTALL), sentence, field)


ONE_CONSTRAINT = "takes exactly one of json, regex, choice, grammar, json_object and structural_tag"

_SENTENCES = (
    _rewrite(
        r"token_id\(s\) \[(-?\d+).*\] in (\w+) contain out-of-vocab.* size: (\d+)",
        r"\1 is not a token id; the model's vocabulary has \3 tokens.",
        r"\2",
    ),
    _rewrite(r"Token id (-?\d+) is out of vocabulary", r"\1 is not a token id of the model's vocabulary."),
    _rewrite(r"^allowed_token_ids contains", "has token ids that are not in the model's vocabulary."),
    _rewrite(
        r"min_tokens must be less than or equal to max_tokens=(\d+), got (\d+)",
        r"\2 is more than the \1 tokens that the answer may have.",
        "min_tokens",
    ),
    _rewrite(
        "thinking_token_budget is set but",
        "this server cannot tell where the model's reasoning ends (--reasoning-parser).",
        "thinking_token_budget",
    ),
    _rewrite(
        "max_pattern_size, min_pattern_size must be",
        "min_pattern_size must not be more than max_pattern_size.",
        "repetition_detection.min_pattern_size",
    ),
    _rewrite(
        "^min_count must be >= 2",
        "must be at least 2.",
        "repetition_detection.min_count",
    ),
    _rewrite("one kind of .*none are specified", f"{ONE_CONSTRAINT}, and has none.", "structured_outputs"),
    _rewrite(
        "one kind of .*multiple are specified",
        f"{ONE_CONSTRAINT}, and no response_format besides.",
        "structured_outputs",
    ),
    _rewrite("only use one kind of constraints", f"{ONE_CONSTRAINT}, and has several.", "structured_outputs"),
    _rewrite(
        "constraints for structured outputs or tools",
        "an answer cannot be constrained to it where a tool has to be called.",
        "structured_outputs",
    ),
    _rewrite("structural_tag specification", "is not a structural tag.", "structured_outputs.structural_tag"),
    _rewrite(
        r"^truncate_prompt_tokens=(\d+) cannot be greater than max_model_len = (\d+)",
        r"\1 is more than the model's \2 tokens.",
        "truncate_prompt_tokens",
    ),
    _rewrite(r"^The audio \(len=(\d+)\) is too short", r"audio of \1 samples is too short for the model."),
    _rewrite("prompt cannot be empty", "the prompt is empty."),
    _rewrite(
        r"Requested (?:sample|prompt) logprobs of (\d+), .*max allowed: (\d+)",
        r"\1 were requested for each token; this server returns at most \2 (--max-logprobs).",
    ),
    _rewrite("^suffix is only supported", "the model cannot fill in a gap.", "suffix"),
    _rewrite(
        "untrusted chat template",
        "a template of the client's own is refused here (--trust-request-chat-template).",
        "chat_template",
    ),
    _rewrite(r"prompt_token_ids'\]` must be", "must be a list of at least one token id."),
    _rewrite("bad_words entries must tokenize", "one of the words has no token.", "bad_words"),
    _rewrite(
        "tokens were specified as bad", "one of the words has tokens that the model lacks.", "bad_words"
    ),
    _rewrite("n must be 1 when using greedy", "several answers need a temperature above 0 to differ.", "n"),
    _rewrite(
        "min_p and logit_bias .*speculative", "is not available with speculative decoding.", "logit_bias"
    ),
)

_FIELD = re.compile(r"^`?((?:structured_outputs\.)?[a-z]+(?:_[a-z]+)*)`?\b")
_FIELDS = {*Conversation.__struct_fields__, *Sampling.__struct_fields__}
_UNFIT = re.compile(r"vLLM|VLLM|[{<]|\w\(|object at|must be True|None|\b[A-Z][a-z]+[A-Z]\w+")
"""Matches what is not for clients: Python values, names of classes, functions and variables."""


def invalid_request(error: Exception, default_field: str | None = None) -> InvalidRequest:
    """Return the client's error; `default_field` is the field at fault if vLLM does not name one."""
    text = str(error.args[0] if error.args else error)
    named: str | None = getattr(error, "parameter", None)
    for pattern, sentence, field in _SENTENCES:
        if match := pattern.search(text):
            return _invalid(match.expand(sentence), match.expand(field) or named or default_field)
    if named is None and error.__cause__ is not None:
        return _refused_by_template(error, text)
    if named is None and (match := _FIELD.match(text)) and match[1].split(".")[0] in _FIELDS:
        named = match[1]
    if _UNFIT.search(text):
        logger.warning("A request was refused with a message that is not rewritten for clients: %s", text)
        text = "the engine does not accept it."
    return _invalid(text, named or default_field)


def _invalid(text: str, field: str | None) -> InvalidRequest:
    if field is None or text.startswith(field):
        return InvalidRequest(text, param=field)
    return InvalidRequest(f"{field}: {text}", param=field)


def _refused_by_template(error: Exception, text: str) -> InvalidRequest:
    """Return the error if a chat template refused the messages: its sentences are written for users."""
    cause: BaseException | None = error.__cause__
    while cause is not None and not isinstance(cause, jinja2.TemplateError):
        cause = cause.__cause__ or cause.__context__
    if cause is None or isinstance(cause, jinja2.UndefinedError):
        text = "the chat template failed on them."
    return InvalidRequest(f"messages: {text}", param="messages")


def empty_prompt_field(prompt: Prompt | None, sampling: Sampling) -> str:
    """Return the field at fault if a prompt has no tokens."""
    if sampling.truncate_prompt_tokens == 0:
        return "truncate_prompt_tokens"
    return prompt.field if prompt is not None else "messages"
