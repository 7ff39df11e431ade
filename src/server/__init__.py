"""The server: settings, command line, the Connexion application, errors, lifespan.

Keys, admission and time

* Keys: the published document leaves it open whether a key is needed; where keys are configured,
  `server/security.py` takes that leave out of what Connexion is fed. The check stands behind routing and
  before everything that reads more than the head, and is made once per operation when the application is.
  `server/keys.py` knows keys by their SHA-256 only and compares all of them in constant time. `Call.owner`
  is the first 16 digits of the SHA-256 of that: what is stored is kept under it, by every replica alike.
  `""` is the owner of everything where no key is asked for.
* Overload is what each API's clients try again, with a `Retry-After`. In OpenAI's shape it is 503, as at
  OpenAI and vLLM: the official clients and Vercel's retry 429 and 503, Codex only 5xx. In Anthropic's it is
  429 and not their 529: Claude Code retries 429 and other 5xx ten times and waits as long as it is told,
  but of 529, or an `overloaded_error` at any status, it drops what it does in the background and ends at
  the third in a row for names like `claude-opus`. So a model that loads is an `api_error` there. One key's
  limits are 429 everywhere. The contract says which operations are bounded: those with a 429 and, in time,
  those with a 504. `server/admission.py` counts before the body is read; `engine/vllm/admission.py` asks
  vLLM before the prompt is rendered, and vLLM asks itself again when the request is added.
* Time: the moment at which a request has to end is in its `RequestRecord`. One timer a request puts an
  error where vLLM's next output would come, so a stream, a whole answer and a background response all end
  as they do when the engine fails, and the engine's request is aborted. What hangs elsewhere is cancelled a
  second later.

Bounds on clients

* `server/protocol.py` is uvicorn's HttpToolsProtocol with an end to each wait: for a head, for a client
  that does not read, for one that still sends when its answer is there. It counts a head as it comes, as
  httptools gathers a header of any length. A token costs it nothing: the timer for reading is armed in
  `pause_writing`. What is wrong with a request is answered after the answers that came before it; a client
  that is still sending is let go on for 10 seconds, as the kernel resets a connection that is closed
  unread. A client that has ended its own side is answered; as one that is gone looks the same, something
  that clients skip is written to it (an interim answer, a comment), to which the kernel of one that is gone
  answers with a reset. A request that offers another protocol is parsed once more without the offer, as the
  parser takes its body for that protocol's.
* `server/bodies.py` reads a body, decoded by `codings.py` where it is compressed: size, time, and a count
  of its brackets, colons and commas before it is parsed (a fast count first; without what stands in strings
  where that is too high). What all bodies that are still coming hold together is bounded, too; and
  `store/sql.py` bounds what a chain, or references to items, bring into a request, by sums in SQL, before
  it reads or parses any of it. The validators stop at the first wrong item of a list (`validation.py`):
  pydantic gathers an error an item and union member, 1 kB each, so 600 kB of wrong items were 350 MB.
* Unknown fields of a body are attributes of its model too, unvalidated. A dialect reads what its own model
  has, and `shared_sampling`, which serves several, looks only at the contract's fields. Those that
  OpenAI's, Anthropic's or vLLM's requests have and the contract has not are listed in its `x-other-fields`,
  refused or without effect, with the reason; `docs/fields.md` is made of it, and
  `tests/unit/test_request_fields.py` holds it to their types.
* Grammars: vLLM compiles in the event loop to validate, and again in EngineCore. llguidance 1.7.6 overflows
  the stack on 3000 nested rules (55 kB of Lark), which ends the process, and takes minutes for 200,000
  alternatives. So child processes (`engine/grammars/compiler.py`) compile first, with a quarter of the
  engine's stack, and vLLM's own check is left out (`grammar_check`; without it vLLM compiles once more what
  has passed). `engine/grammars/gate.py` remembers answers by hash, has callers take turns, and gives none
  of them all three processes.
* `server/certificates.py` loads a whole new SSL context when a file has changed, and the one that the event
  loop listens with has each handshake go on with it: a context that is changed in place would serve half of
  a pair, and keep what was taken away.
* An event stream is ASCII throughout: clients split lines at U+2028 and U+0085 too (httpx's `iter_lines`
  does).
* `tests/fuzz` makes up requests over the whole path, with an engine that says what it was told: each answer
  is well-formed HTTP of the contract, nothing is a 500.
"""
