"""vLLM behind the engine's door: the only package that imports it.

Nothing is imported here, so that the server starts, and answers its probes, before vLLM is imported.

`engine/vllm/launch.py` is vLLM's launcher as far as the socket and the HTTP application, step by step: it
calls vLLM's own functions, and says where each step stands in vLLM. `tests/unit/test_launch.py` runs vLLM's
launcher beside it, on pretended machines: the `VllmConfig` is the same field by field, the arguments of
AsyncLLM and OnlineRenderer are the same but for the listed differences, and every call in vLLM's launcher
has a counterpart or a reason. What must be done in the event loop (`begin`) ends the load.
`engine/deployment/serve_options.py` says of every other option of `vllm serve` what becomes of it.

What the engine and the parsers are given for a request is what vLLM's own server gives them:
`tests/unit/both_servers.py` runs both in one process, over an engine whose process is made up, and
`tests/unit/test_engine_arguments.py` compares every argument and sampling parameter of the same requests.
What differs on purpose is listed there with its reason. `handlers/transfers.py` tells a KV connector of a
request that ended before the engine had it.

A chat can be had in three calls, as vLLM's scale-out endpoints have it, on servers that share nothing but
the model: render answers with the prompt and the sampling parameters that `VllmBackend.chat` would hand to
the engine, made by the same methods; `/inference/v1/generate` goes on from them; derender
(`engine/vllm/derendering.py`) makes outputs of the tokens, with vLLM's detokenizer, stop strings and texts
of log probabilities, and gives them to the readers of the engine's own outputs, so every dialect's builders
work on them. A streamed derender keeps nothing: the client carries the tokens so far and where each chunk
ended, and the parsers read them again, as vLLM's do.

Images, audio and videos reach vLLM in its own form, and only the model's modalities decide
(`dialects/media.py`): what a user shows and the model does not take is a 400 with its place, what a tool
gave is a line of text, since history keeps it. vLLM loads media through a connector from its registry, and
ours stands there (`engine/vllm/media.py`), over `engine/fetching.py`, which bounds what is fetched. vLLM
remembers what its processor has made of an image as sent to the engine: so prompts that are only looked at
are rendered without that memory, and what was not sent in the end is forgotten. `engine/vllm/features.py`
hands media on from a server that renders to one that generates; unlike vLLM's, its placeholders say which
tokens are the image's. `tests/unit/test_vision.py` compares all that with vLLM's server, over a tiny
Idefics3, which needs no torchvision: PyPI's build of that is for CUDA's torch, and most models that see
need it (`engine/vllm/missing.py` says so in one line). `tests/unit/test_sound.py` does the same over a tiny
Qwen2-Audio. Sound of another rate than the model's is resampled as vLLM does, by torchaudio, and on the CPU,
for which PyPI has none, by soxr.

The dialects hand over system and developer messages as they are given. `engine/vllm/roles.py` brings them
into the form that the chat template takes, which it finds by rendering a small conversation of the same
form, once for each template (a client's own, too, where that is trusted): as vLLM's server would give them
to it, or merged. Prompts have vLLM's token ids (`tests/unit/test_roles.py` compares them in three APIs over
templates of seven kinds), with these decisions:

* A message that comes later stays where it is. Where a template has no developer's role, vLLM moves a later
  developer's message to the front; where it takes no later system message, vLLM refuses the request, or, in
  the messages API, moves it, too (there also where its own check of the template fails, which gets no
  `bos_token`). That changes the prompt from its beginning, and coding agents send reminders with each turn,
  so the prefix cache would hold nothing of the conversation: when one came to a conversation of 621 tokens,
  512 of them were cached here, and none in vLLM's server. Here a developer's message becomes a system
  message in its place; what the template does not take there becomes a paragraph of the turn beside it: of
  the user's or the tool's before it, else of the user's after it.
* A template that refuses a later message in the place where it stands once the model has answered, or
  leaves out what one says, does not take it, though vLLM renders it now and then.
* What is merged at the beginning is joined by a blank line in every API, as vLLM's chat completions have
  it.
* Harmony (gpt-oss) and Mistral's own tokenizers have their rules for both roles, which stay.
* vLLM's Responses begin the prompt with two beginning-of-sequence tokens where the template writes one and
  the tokenizer adds one (Llama 3.1, Gemma 3). Here they begin as a chat completion does.

A tool call is in the format of the model's family, which the operator's `--tool-call-parser` reads (the
Hermes one where none is named). One that the client forces (`tool_choice` required or named, in any
dialect) is held by a grammar to the parameters of its tool, `strict` or not; stop strings do not cut it,
only the token limit does. vLLM's structural tags say what a family's calls look like, and
`engine/grammars/tags.py` and `xml.py` say them in Lark; where none is known, or one cannot be said, a
forced call is JSON (`engine/grammars/schemas.py`, `engine/vllm/tools.py`). A keyword that no grammar can
hold is a 400. Calls that are left to the model are held where their tool is strict. A text that keeps to a
grammar is held in calls that are left to the model, too: `engine/grammars/texts.py` says a Lark grammar
that does not nest as a regular expression, which llguidance holds within a JSON string and between tags;
`engine/vllm/texts.py` puts it into the tool's schema while vLLM makes the calls' grammar, and sees whether
it is in it. Where it is not (it nests, or a family whose calls nothing holds), the tool's `format` is
named in `x-ignored-parameters`. With a `response_format` beside the tools, an answer is a call or in that
format. Parsers find more in a whole answer than in its stream: `engine/vllm/calls.py` ends the stream with
what it has not told. `docs/compatibility.md` has the families that `make families` compares with vLLM's own
server, and where the answers differ on purpose. Grammars are llguidance's (`engine/vllm/grammars.py`):
vLLM's `auto` chooses for each request, but its engine runs all on the first one's choice, and xgrammar
ignores some of JSON Schema's keywords. The operator's own `--structured-outputs-config.backend` stays.
"""
