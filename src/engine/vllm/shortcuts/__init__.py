"""Fast paths that replace parts of vLLM with cheaper equivalents, one file each. None of them is required.

Nothing is imported here, so that the settings know the names before vLLM is imported; `registry.py` imports
the files, each of which names its shortcut `SHORTCUT`.

Without any shortcut (`ACCORD_SHORTCUTS=none`) a task waits at vLLM's collector for each request's outputs, as
in vLLM's own server; `tox run -e plain` runs the contract tests in this mode.

Each shortcut (`shortcut.py`) handles only the cases in which its result is certainly the same, and leaves the
rest to vLLM. Before it is installed, `fits()` checks that the parameters and fields on which it relies are
the known ones, and compares its results with vLLM's on the loaded model. One that does not fit, or fails in
the comparison, is disabled with one line in the log; `accord_shortcut_active` is 0 for it. The rest of the
engine imports only `registry.py`, which import-linter checks. Shortcuts restore what they replaced when they
are disabled, and when the engine fails, so that the next engine starts with an unpatched vLLM. In
`tokenizing` and `templates`, one use in 2,000, beginning with the first, is repeated with vLLM's code in a
background thread (`comparison.py`); if the results differ, an error is logged without the text, and the
shortcut is disabled.

Each of them saves:

* `max_tokens`: the warning at each access to this deprecated field: 15 µs, several times a request. Does not
  fit: the field no longer warns.
* `variables`: reading vLLM's environment variables again for each token. Does not fit: a variable's value
  changes by itself.
* `latencies`: finding the histogram's bucket for each request's next token: those of a step are counted
  together. Does not fit: `--disable-log-stats`; a plugin's own metrics logger.
* `statistics`: writing some twenty metrics for each step: the steps of a quarter of a second are added up and
  written together, and before a scrape: 205 of Python's instructions a step instead of 1,420, and
  equal amounts of a histogram are observed at once. With several processes, a scrape can miss what the others
  counted in that time. Does not fit: as `latencies`.
* `receiving`: pyzmq's queue of waiting tasks for each message of the engine: 16 µs instead of 34; and two
  turns of the event loop until it is processed: 4 µs with warm caches, 46 on busy cores at 40 messages a
  second. Does not fit: pyzmq's socket or vLLM's queue is a different one.
* `sending`: pyzmq's future and checks for each message to the engine: 15 µs a request. Does not fit: the
  engine runs in the same process; pyzmq's socket is a different one.
* `grammar_check`: compiling a grammar in the event loop that the grammar checker has compiled; without it, as
  with the grammar backend `xgrammar`, one that vLLM has accepted before: 0.3 ms a request for a small schema.
  Does not fit: vLLM's checks take other arguments.
* `constants`: looking up the tokenizer's end of text, and making a UUID, for each request: 20 µs; for each
  of a request's declarative parsers, compiling a pattern for each special token: with Mistral's 1,000 of them
  0.25 s a parser. Does not fit: the ids of requests have another form.
* `admission`: adding up the waiting prompts, twice for each request: 8 µs with 32 streams, and 130 with 512.
  Does not fit: several processes, which count together.
* `tokenizing`: transformers' offsets and masks. It uses fastokens if that returns the same tokens for 2,000
  texts made of the model's own words, merges and added tokens: 6 µs instead of 250. Does not fit: the
  tokenizer is not one of tokenizers', or does more than that.
* `rendering`: two task switches to threads for a prompt of less than 16,384 characters. Does not fit: the
  tokenizer cannot be used by several threads.
* `templates`: three layers around the chat template of a conversation of texts and calls: 19 µs instead of
  62; for an agent's, with 80 messages and 20 tools, 0.4 ms instead of 1.5. Does not fit: the model accepts
  more than text; the template reads messages in parts; without `rendering`.
* `parameters`: deriving the arguments of the renderer from a request's parameters, which most requests share:
  30 µs. Does not fit: gpt-oss's format; without `templates`.
* `detokenizing`: decoding the whole prompt before the first token: 3 ms for 6,000 tokens. Does not fit: the
  tokenizer is not one of tokenizers'.
* `logprobs`: decoding each of the likeliest tokens, whose texts are not used, and an object for each: for an
  answer of 11 MB they took 29 ms to free, and 24 ms in each garbage collection. Does not fit: vLLM returns
  other log probabilities without the texts.
* `parsing`: vLLM's parsers, for text and reasoning in which none of their markers begins, and the arguments
  of a call until a character that may end them (`hermes`, `longcat`, string parameters of `qwen3_xml`,
  `glm47`, `minimax_m2` and those with the same formats, and forced calls that are JSON). With `hermes`, which
  reads the whole answer again each time, 1.1 µs a token of text instead of 14 (of 128) or 40 (of 2,000), and
  1.5 µs a token of arguments instead of 35 or 80; with `qwen3_xml` 1.9 instead of 310 (of 128) or 1,800 (of
  1,000); with a reasoning parser 1.5 to 3.6 instead of 6 to 27. Parsers that are not known are left alone.
  Does not fit: the model's parser reads an example in another way.
* `handover`: a task switch for each token: vLLM's output loop calls the consumer. Does not fit: vLLM's
  collector is a different one.
* `steps`: vLLM's two objects of thirty fields for one more token of a text: 399 of Python's instructions
  instead of 1,107; with five likeliest tokens 1,109 instead of 2,721; also for each of several
  choices, and up to a step in which a stop string may end. Does not fit: a tokenizer that is not one of
  tokenizers'; without `handover`.

`HandedOver` (`handover.py`) buffers while the client does not read, or something has to be awaited: vLLM's
collector then merges outputs, as in vLLM. vLLM's code, and not `steps`, handles
the end of a request and a preemption.
"""

NAMES = (
    "max_tokens",
    "variables",
    "latencies",
    "statistics",
    "receiving",
    "sending",
    "grammar_check",
    "constants",
    "admission",
    "tokenizing",
    "rendering",
    "templates",
    "parameters",
    "detokenizing",
    "logprobs",
    "parsing",
    "handover",
    "steps",
)
"""In the order of installation, because some require earlier ones."""
