"""Ways beside vLLM's own that cost less, one file each. The engine works without any of them.

Nothing is imported here, so that the settings know the names before vLLM is imported; `registry.py` imports
the files, each of which names its shortcut `SHORTCUT`.

`engine/vllm/shortcuts/` holds ways beside vLLM's own that do the same for less, one file each. None is
needed: without any (`ACCORD_SHORTCUTS=none`) a task waits at vLLM's collector for each request's outputs,
as in vLLM's own server, and `tox run -e plain` holds that to the contract.

Each one (`shortcut.py`) takes only what it surely does alike and leaves the rest to vLLM. Before it is
installed, `fits()` looks whether the parameters and fields that it stands on are those that are known, and
tries both ways with the loaded model. One that does not fit, or fails at that, is left out with one line in
the log; `accord_shortcut_active` has it at 0. `registry.py` is all that the rest of the engine knows of
them, and import-linter holds that. What they replace they put back: when one is switched off, and when the
engine fails, so that the next one finds vLLM as it is. In `tokenizing` and `templates` one use in 2,000,
the first included, is done in vLLM's way too, in a thread that nobody waits for (`comparison.py`); where
that differs, an error is logged, without the text, and the shortcut is switched off.

* `max_tokens`: the warning whenever vLLM reads this deprecated field: 15 µs, several times a request. Does
  not fit: the field no longer warns.
* `variables`: reading vLLM's environment variables anew for each token. Does not fit: a variable's value
  changes by itself.
* `latencies`: looking for the histogram's bucket of each request's next token: those of a step are counted
  at once. Does not fit: `--disable-log-stats`; a plugin's own metrics logger.
* `grammar_check`: compiling a grammar in the event loop that the gate has compiled. Does not fit: the
  grammar backend is not `guidance`.
* `tokenizing`: transformers' offsets and masks; by fastokens, where it has the same tokens for 2,000 texts
  made of the model's own words, merges and added tokens, 6 µs for 250. Does not fit: the tokenizer is not
  one of tokenizers', or does more than that.
* `rendering`: two hops to threads for a prompt of less than 16,384 characters. Does not fit: the tokenizer
  cannot be used by several threads.
* `templates`: three layers around the chat template of a conversation of texts and calls: 19 µs for 62; for
  an agent's, of 80 messages with 20 tools, 0.4 ms for 1.5. Does not fit: the model takes more than text; the
  template reads messages in parts; without `rendering`.
* `detokenizing`: decoding the whole prompt before the first token: 3 ms for 6,000 tokens. Does not fit: the
  tokenizer is not one of tokenizers'.
* `logprobs`: decoding each of the likeliest tokens, whose texts nobody reads. Does not fit: vLLM keeps other
  log probabilities without them.
* `handover`: a task switch for each token: vLLM's output loop hands over itself. Does not fit: vLLM's
  collector is another.
* `steps`: vLLM's two objects of thirty fields for one more token of a text: 399 of Python's instructions
  for 1,107; with five likeliest tokens 1,109 for 2,721; each of several choices, and up to a step in which
  a stop string may end. Does not fit: a tokenizer that is not one of
  tokenizers'; without `handover`.

`HandedOver` (`handover.py`) is buffering while the client does not read, or something has to be awaited;
then vLLM's collector keeps outputs, merged, as vLLM does. What ends a request, or happens to it
(preemption), goes vLLM's way past `steps`.
"""

NAMES = (
    "max_tokens",
    "variables",
    "latencies",
    "grammar_check",
    "tokenizing",
    "rendering",
    "templates",
    "detokenizing",
    "logprobs",
    "handover",
    "steps",
)
"""In the order in which they are installed: each may stand on those before it."""
