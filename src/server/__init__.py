"""The server: settings, command line, the Connexion application, errors, lifespan.

Keys, admission and time

* Keys: the published document makes keys optional; if keys are configured, `server/security.py` makes them
  required in the document for Connexion. The check runs after routing and before anything beyond the head
  is read; it is built once per operation. `server/keys.py` stores only the SHA-256 of keys, and compares
  all of them in constant time. `Call.owner`, the first 16 digits of the SHA-256 of that hash, is the owner
  of stored objects, the same on every replica. Without keys the owner is `""`.
* Overload is answered with the status that each API's clients retry, and `Retry-After`. In OpenAI's format
  it is 503, as at OpenAI and vLLM: the official clients and Vercel's retry 429 and 503, Codex only 5xx. In
  Anthropic's it is 429 instead of their 529: Claude Code retries 429 and other 5xx ten times and respects
  `Retry-After`, but on 529, or an `overloaded_error` with any status, it drops background work and gives
  up at the third in a row for names like `claude-opus`. For the same reason a model that is loading is an
  `api_error` there. The limits of a key are 429 in every API. The contract defines which operations are
  limited: those with a 429, and, in time, those with a 504. `server/admission.py` counts before the body
  is read; `engine/vllm/admission.py` asks vLLM before the prompt is rendered, and vLLM checks again when
  the request is added.
* Time: the deadline of a request is in its `RequestRecord`. One timer per request puts an error in the
  place of vLLM's next output, so that a stream, a whole answer and a background response end as after a
  failure of the engine, and the engine's request is aborted. A request that hangs elsewhere is cancelled a
  second later.

Limits on clients

* `server/protocol.py` is uvicorn's HttpToolsProtocol with a time limit for each wait: for a head, for a
  client that does not read, for one that still sends when its answer is ready. It counts the bytes of a
  head as they arrive, because httptools accepts a header of any length. A token costs nothing: the read
  timer is set in `pause_writing`. An invalid request is answered after the requests before it. A client
  that is still sending may go on for 10 seconds, because the kernel resets a connection that is closed
  with unread data. A client that has closed only its own side is answered. As a client that is gone looks
  the same, the server writes something that clients skip (an interim response, a comment); the kernel of a
  client that is gone answers with a reset. A request with `Upgrade` is parsed a second time without it,
  because the parser would take its body for the other protocol's.
* `server/bodies.py` reads a body, decoded by `codings.py` if it is compressed, within limits on size and
  time, and on the number of brackets, colons and commas, before it is parsed (a fast count first; strings
  are left out if that is too high). All bodies that are being received have a limit together.
  `store/sql.py` limits what a chain or references to items add to a request, by sums in SQL, before
  anything is read or parsed. The validators stop at the first invalid item of a list (`validation.py`):
  pydantic collects an error of 1 kB per item and union member, so 600 kB of invalid items took 350 MB.
* Unknown fields of a body are attributes of its model too, without validation. A dialect reads only fields
  of its own model, and `shared_sampling`, which serves several, only the contract's fields. Fields of
  OpenAI's, Anthropic's and vLLM's requests that are not in the contract are listed in its
  `x-other-fields`, as refused or without effect, with the reason; `docs/fields.md` is generated from it,
  and `tests/unit/test_request_fields.py` compares it with their types.
* Grammars: vLLM compiles a grammar in the event loop to validate it, and again in EngineCore. llguidance
  1.7.6 overflows the stack on 3000 nested rules (55 kB of Lark), which ends the process, and takes minutes
  for 200,000 alternatives. So child processes (`engine/grammars/compiler.py`) compile it first, with a
  quarter of the engine's stack, and vLLM's own check is skipped (the shortcut `grammar_check`; without it
  vLLM compiles an accepted grammar again). `engine/grammars/checker.py` caches results by hash, serves
  callers in turn, and gives none of them all three processes.
* `server/certificates.py` loads a new SSL context when a file has changed; the context of the listener
  passes each handshake to the newest one. Changing a context in place would serve half of a pair, and keep
  removed authorities.
* An event stream is ASCII, because clients split lines at U+2028 and U+0085, too (httpx's `iter_lines`
  does).
* `tests/fuzz` generates requests for the whole path, with an engine that echoes its input: each answer is
  well-formed HTTP that conforms to the contract, and none is a 500.
"""
