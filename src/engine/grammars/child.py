"""Compiles the grammars that it receives, one per line of JSON, and answers with the error of each.

The first line is the tokenizer, which knows the special tokens that a grammar may name.

It is a separate program, run by `compiler.py`: llguidance has no bound on the time that a grammar takes
to compile, and overflows the stack at one that is nested deeply enough, which ends the process.
"""

import json
import os
import resource
import sys
import threading

STACK = 2 * 1024 * 1024
"""A quarter of the engine's stack: what compiles here does not overflow there."""
MEMORY = 4 * 1024 * 1024 * 1024


def main() -> None:
    """Answer until the input ends."""
    from llguidance import LLMatcher, LLTokenizer

    given = json.loads(sys.stdin.buffer.readline())
    tokenizer = LLTokenizer(given[0], eos_token=given[1]) if given else None
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # only the start is logged
    print("null", flush=True)  # noqa: T201  that it is ready
    for line in sys.stdin.buffer:
        error = LLMatcher.validate_grammar(json.loads(line), tokenizer)
        sys.stdout.write(json.dumps(error) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    threading.stack_size(STACK)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
