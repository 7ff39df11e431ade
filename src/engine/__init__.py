"""The engine as the other packages see it; `engine.vllm` is the only one that imports vLLM."""

from accord.engine.adapters import Adapters, AdapterSource
from accord.engine.deltas import Delta, TokenLogprob, ToolCallDelta, Usage
from accord.engine.engine import Engine
from accord.engine.generation import (
    Derendering,
    GeneratedAnswer,
    GeneratedTokens,
    Generation,
    GivenDeltas,
    RenderedPrompt,
    Rendering,
)
from accord.engine.requests import Conversation, Media, Prompt, Sampling, ToolGrammar
from accord.engine.supervisor import EngineState, LoadRefused, Patience

__all__ = [
    "AdapterSource",
    "Adapters",
    "Conversation",
    "Delta",
    "Derendering",
    "Engine",
    "EngineState",
    "GeneratedAnswer",
    "GeneratedTokens",
    "Generation",
    "GivenDeltas",
    "LoadRefused",
    "Media",
    "Patience",
    "Prompt",
    "RenderedPrompt",
    "Rendering",
    "Sampling",
    "TokenLogprob",
    "ToolCallDelta",
    "ToolGrammar",
    "Usage",
]
