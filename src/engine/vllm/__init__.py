"""The only package that imports vLLM.

Nothing is imported here, so that the server starts, and answers its probes, before vLLM is imported.

`engine/vllm/launch.py` does what vLLM's launcher does up to the socket and the HTTP application, step by
step: it calls vLLM's own functions, and names the place of each step in vLLM. `tests/unit/test_launch.py`
compares it with vLLM's launcher on simulated machines: the `VllmConfig` is the same field by field, the
arguments of AsyncLLM and OnlineRenderer are the same except for listed differences, and every call in
vLLM's launcher has a counterpart or a reason. Steps that need the event loop (`begin`) come last.
`engine/deployment/serve_options.py` defines the treatment of every other option of `vllm serve`.

The engine and the parsers get the same arguments for a request as in vLLM's own server:
`tests/unit/both_servers.py` runs both in one process, over a simulated engine, and
`tests/unit/test_engine_arguments.py` compares every argument and sampling parameter of the same requests.
Intended differences are listed there with their reasons. `handlers/transfers.py` notifies a KV connector
of a request that failed before the engine had it.

A chat can be split into three calls, as in vLLM's scale-out endpoints, on servers that share only the
model. Render returns the prompt and the sampling parameters that `VllmBackend.chat` would pass to the
engine, computed by the same methods; `/inference/v1/generate` continues from them; derender
(`engine/vllm/derendering.py`) converts the tokens to outputs, with vLLM's detokenizer, stop strings and
texts of log probabilities, and passes them to the readers of the engine's own outputs, so that every
dialect's code works on them. A streamed derender stores nothing: the client sends the previous tokens and
chunk lengths, and the parsers read them again, as vLLM's do.

Images, audio and video reach vLLM in its own form. The model's modalities decide what is accepted
(`dialects/media.py`): unsupported media of a user are a 400 with its path; in a tool result they become a
line of text, because the history keeps them. vLLM loads media through a connector from its registry, which
is Accord's (`engine/vllm/media.py`), with `engine/fetching.py`, which limits downloads. vLLM remembers
processed media as sent to the engine, so prompts that are only rendered bypass that cache, and media that
were not sent in the end are removed from it. `engine/vllm/features.py` transfers media from a server that
renders to one that generates; unlike vLLM's, its placeholders say which tokens belong to the image.
`tests/unit/test_vision.py` compares this with vLLM's server, with a tiny Idefics3, which needs no
torchvision: PyPI's build of torchvision is for the CUDA build of torch, and most vision models need it
(`engine/vllm/missing.py` explains that in one line). `tests/unit/test_audio.py` does the same with a tiny
Qwen2-Audio. Audio with another rate than the model's is resampled as in vLLM, by torchaudio, or by soxr on
the CPU, for which PyPI has no torchaudio.

The dialects pass on system and developer messages unchanged. `engine/vllm/roles.py` adapts them to the
chat template, whose abilities it detects by rendering a small conversation of the same form, once per
template (including a client's own, if that is trusted): unchanged as in vLLM's server, or merged. Prompts
have vLLM's token ids (`tests/unit/test_roles.py` compares them in three APIs with templates of seven
kinds), with these decisions:

* A later message keeps its position. If a template has no developer role, vLLM moves a later developer
  message to the front; if it accepts no later system message, vLLM refuses the request or, in the Messages
  API, moves it, too (also if its own check of the template fails, which gets no `bos_token`). That changes
  the beginning of the prompt, and coding agents send reminders with each turn, so the prefix cache would
  be useless: when a reminder was added to a conversation of 621 tokens, 512 of them were cached here, and
  none in vLLM's server. Here a developer message becomes a system message in its place; if the template
  does not accept that, a paragraph of the neighboring turn: of the user or tool turn before it, else of
  the user turn after it.
* If a template refuses a later message once the model has answered, or drops its text, it counts as not
  accepting one, even if vLLM renders it in some conversations.
* Messages merged at the beginning are joined by a blank line in every API, as in vLLM's chat completions.
* Harmony (gpt-oss) and Mistral's own tokenizers have their own rules for both roles, which are kept.
* vLLM's Responses begin the prompt with two beginning-of-sequence tokens if both the template and the
  tokenizer add one (Llama 3.1, Gemma 3). Here they begin as in chat completions.

A tool call has the format of the model's family, which the operator's `--tool-call-parser` parses (by
default Hermes). A grammar constrains a forced call (`tool_choice` required or named, in any dialect) to
its tool's parameters, whether or not it is `strict`; stop strings do not end it, only the token limit
does. vLLM's structural tags define the format of a family's calls, and `engine/grammars/tags.py` and
`xml.py` translate them to Lark; if there is none, or it cannot be translated, a forced call is JSON
(`engine/grammars/schemas.py`, `engine/vllm/tools.py`). A keyword that no grammar supports is a 400. Calls
that are not forced are constrained if their tool is strict, or has text input with a grammar:
`engine/grammars/texts.py` converts a Lark grammar without nesting to a regular expression, which
llguidance can apply inside a JSON string and between tags; `engine/vllm/texts.py` adds it to the tool's
schema while vLLM builds the calls' grammar, and checks that it is part of it. If it is not (it nests, or
the family's calls have no grammar), `x-ignored-parameters` names the tool's `format`. With a
`response_format` and tools, an answer is a call or has that format. Parsers find more in a whole answer
than in a stream: `engine/vllm/calls.py` ends the stream with the rest. `docs/compatibility.md` lists the
families that `make families` compares with vLLM's own server, and the intended differences. The grammar
backend is llguidance (`engine/vllm/grammars.py`): vLLM's `auto` chooses per request, but its engine runs
all requests with the first one's choice, and xgrammar ignores some keywords of JSON Schema. The operator's
own `--structured-outputs-config.backend` is kept.
"""
