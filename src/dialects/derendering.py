"""Generated tokens that a client sends to the derender endpoints of chat and completions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from accord.engine import Derendering, GeneratedAnswer, GeneratedTokens, Generation, GivenDeltas, TokenLogprob
from accord.engine.deltas import ToolCallDelta, Usage
from accord.errors import ApiError, InvalidRequest
from accord.generated import models

Choice = models.GenerateChoiceParam | models.GenerateChunkChoiceParam


@contextmanager
def within(field: str) -> Iterator[None]:
    """Prefix the `param` of errors about the original request with its path in the body."""
    try:
        yield
    except ApiError as error:
        if error.param is not None:
            error.param = f"{field}.{error.param}"
        raise


def given_answer(
    response: models.GenerateResponseParam, field: str, choices: int | None, token_ids: list[int] | None
) -> GeneratedAnswer:
    """Return a complete answer of at most so many choices; `token_ids` are the prompt's, if known."""
    seen: set[int] = set()
    parts = []
    for number, choice in enumerate(response.choices):
        where = f"{field}.choices.{number}"
        if choices is not None and choice.index >= choices:
            raise InvalidRequest(
                f"{where}.index: is {choice.index}; the original request asks for {choices} choices.",
                param=f"{where}.index",
            )
        if choice.index in seen:
            raise InvalidRequest(
                f"{where}.index: {choice.index} is used by two choices.", param=f"{where}.index"
            )
        seen.add(choice.index)
        parts.append(_tokens(choice, where, choice.finish_reason or "stop"))
    own = token_ids is None and response.prompt_token_ids is not None
    return GeneratedAnswer(
        choices=parts,
        prompt_token_ids=response.prompt_token_ids if own else token_ids,
        prompt_field=f"{field}.prompt_token_ids" if own else "prompt_token_ids",
        prompt_logprobs=_prompt_logprobs(response.prompt_logprobs),
        prompt_logprobs_field=f"{field}.prompt_logprobs",
        kv_transfer_params=response.kv_transfer_params,
        ec_transfer_params=response.ec_transfer_params,
    )


def _tokens(choice: Choice, where: str, finish_reason: str | None) -> GeneratedTokens:
    content = choice.logprobs.content if choice.logprobs else None
    return GeneratedTokens(
        index=choice.index,
        token_ids=choice.token_ids,
        logprobs=None if content is None else [_logprob(entry) for entry in content],
        finish_reason=finish_reason,
        stop_reason=choice.stop_reason,
        field=f"{where}.token_ids",
    )


def _logprob(entry: models.GenerateTokenLogprobsParam) -> TokenLogprob:
    top = [TokenLogprob("", e.token_id, e.logprob, e.rank) for e in entry.top_logprobs or ()]
    return TokenLogprob("", entry.token_id, entry.logprob, entry.rank, top)


def _prompt_logprobs(
    positions: Sequence[dict[str, models.PromptLogprobParam] | None] | None,
) -> list[dict[int, TokenLogprob] | None] | None:
    if positions is None:
        return None
    return [position if position is None else _position(position) for position in positions]


def _position(entries: dict[str, models.PromptLogprobParam]) -> dict[int, TokenLogprob]:
    return {
        int(i): TokenLogprob(entry.decoded_token or "", int(i), entry.logprob, entry.rank)
        for i, entry in entries.items()
    }


def count_prompt(
    usage: Usage, given: models.GenerateUsageParam | None, tokens: int | None, known: Sequence[int]
) -> None:
    """Add a prompt to `usage`: the count of the client or the generating server, else its own tokens."""
    counted = given.prompt_tokens if given else None
    usage.prompt_tokens += next((n for n in (tokens, counted) if n is not None), len(known))
    details = given.prompt_tokens_details if given else None
    usage.cached_tokens += (details.cached_tokens if details else None) or 0
    usage.cache_write_tokens += (details.cache_write_tokens if details else None) or 0


def generation(derendering: Derendering) -> Generation:
    """Return the parsed tokens as a generation."""
    return Generation(derendering.prompts, GivenDeltas(derendering.deltas), derendering.usage)


class StreamState:
    """The state of a stream, which the client returns with each chunk of a choice."""

    def __init__(self, given: models.DerenderStreamStateParam | None, now: int) -> None:
        given = given or models.DerenderStreamStateParam()
        self.created = now if given.created is None else given.created
        self.token_ids = given.output_token_ids or []
        self.lengths = given.output_chunk_lens or []
        self.call_ids = given.last_tool_call_ids or []
        self.logprob_text_offset = given.logprob_text_offset or 0
        if sum(self.lengths) != len(self.token_ids):
            raise InvalidRequest(
                f"stream_state.output_chunk_lens: come to {sum(self.lengths)} tokens; output_token_ids are "
                f"{len(self.token_ids)}.",
                param="stream_state.output_chunk_lens",
            )

    @property
    def begun(self) -> bool:
        """Whether this is not the choice's first chunk."""
        return bool(self.token_ids)

    def tokens(self, choice: models.GenerateChunkChoiceParam | None) -> GeneratedTokens:
        """Return the tokens of a chunk and those before; None for a choice adds an end, to count usage."""
        if choice is None:
            part = GeneratedTokens(index=0, token_ids=[], finish_reason="stop")
        else:
            part = _tokens(choice, "generate_chunk.choices.0", choice.finish_reason)
        part.field_before = "stream_state.output_token_ids"
        start = 0
        for length in self.lengths:
            part.before.append(self.token_ids[start : start + length])
            start += length
        return part

    def keep_call_ids(self, calls: Sequence[ToolCallDelta]) -> None:
        """Give each call the id of its first chunk, because the parser creates a new one each time."""
        for call in calls:
            if call.id is None:
                continue
            if call.index < len(self.call_ids):
                call.id = self.call_ids[call.index]
            else:
                self.call_ids = [*self.call_ids, call.id]

    def after(self, choice: models.GenerateChunkChoiceParam | None) -> models.DerenderStreamState:
        """Return the state for the next chunk."""
        new = choice.token_ids if choice is not None else []
        state = models.DerenderStreamState(
            created=self.created,
            output_token_ids=[],
            output_chunk_lens=[],
            last_tool_call_ids=self.call_ids,
            logprob_text_offset=self.logprob_text_offset,
        )
        # Set without validation: each was validated when it came.
        state.output_token_ids = [*self.token_ids, *new]
        state.output_chunk_lens = [*self.lengths, len(new)] if new else self.lengths
        return state


def most_top_logprobs(choices: Iterable[Choice]) -> int | None:
    """Return the largest number of top log probabilities in `choices`; None if no entry has any."""
    entries = [entry for choice in choices if choice.logprobs for entry in choice.logprobs.content or ()]
    return max((len(entry.top_logprobs or ()) for entry in entries), default=None)


def chunk_usage(given: models.GenerateUsageParam, prompt_tokens: int | None, known: Sequence[int]) -> Usage:
    """Return a chunk's usage; `known` is the prompt if the client has not counted its tokens."""
    usage = Usage(completion_tokens=given.completion_tokens or 0)
    count_prompt(usage, given, prompt_tokens, known)
    return usage
