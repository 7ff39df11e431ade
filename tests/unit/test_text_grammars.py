"""Text grammars as regular expressions: they accept exactly what llguidance accepts."""

import json
from typing import Any

import llguidance
import pytest

from accord.engine.grammars.patterns import NotRegular
from accord.engine.grammars.texts import text_pattern

PATCH = r"""
start: begin_patch hunk+ end_patch
begin_patch: "*** Begin Patch" LF
end_patch: "*** End Patch" LF?

hunk: add_hunk | delete_hunk | update_hunk
add_hunk: "*** Add File: " filename LF add_line+
delete_hunk: "*** Delete File: " filename LF
update_hunk: "*** Update File: " filename LF change_move? change?

filename: /(.+)/
add_line: "+" /(.*)/ LF -> line

change_move: "*** Move to: " filename LF
change: (change_context | change_line)+ eof_line?
change_context: ("@@" | "@@ " /(.+)/) LF
change_line: ("+" | "-" | " ") /(.*)/ LF
eof_line: "*** End of File" LF

%import common.LF
"""
PRAGMA = r"""
start: pragma_source | plain_source
pragma_source: PRAGMA_LINE NEWLINE SOURCE
plain_source: SOURCE

PRAGMA_LINE: /[ \t]*\/\/ @exec:[^\r\n]*/
NEWLINE: /\r?\n/
SOURCE: /[\s\S]+/
"""
SUM = """
start: term (("+" | "-") term)*   // how sums are written
term: INT | "(" INT ")" | NAME "^"{1,2}
NAME: "x".."z" | "PI"i

# blank space
%ignore / +/
%import common.INT
"""
ADDED = '*** Begin Patch\n*** Add File: "é".txt\n+a\tb\\\n*** End Patch'
TEXTS = (
    *(ADDED, f"{ADDED}\n", f"{ADDED}\n\n", ADDED.replace("+a", "a"), f"x{ADDED}", "*** Begin Patch\n"),
    "*** Begin Patch\n*** Delete File: b\n*** Update File: c\n*** Move to: d\n@@ f\n a\n-b\n+c\n"
    "*** End of File\n*** End Patch\n",
    *(
        "",
        "text(1)",
        "// @exec: {}\ntext(1)",
        "\n",
        "12",
        "1 + 2",
        " 1+(2) - x^^ ",
        "pi^",
        "1 +",
        "x^^^",
        "w^",
    ),
    *(
        "a",
        "ab",
        "abab",
        "A",
        "ababab",
        "aa",
        "//abb",
        "/aab",
        "ba",
        "1+2-(3) - x",
        "1+-2",
        "2024-01-02",
        "2024-1-02",
        "x/y",
        "a|b",
        "^",
        "$5",
    ),
)


def taken(grammar: str) -> set[str]:
    """Those of the texts that are by the grammar."""
    tokenizer = llguidance.LLTokenizer("byte")
    assert llguidance.LLMatcher.validate_grammar(grammar, tokenizer) == ""
    found = set()
    for text in TEXTS:
        matcher = llguidance.LLMatcher(tokenizer, grammar)
        tokens = list(text.encode())
        if matcher.validate_tokens(tokens) == len(tokens) and matcher.consume_tokens(tokens):
            found |= {text} if matcher.is_accepting() else set()
    return found


def within_json(pattern: str) -> set[str]:
    """Those of the texts that a JSON string may be which matches the pattern."""
    tokenizer = llguidance.LLTokenizer("byte")
    schema = {"type": "string", "pattern": f"^(?:{pattern})$"}
    grammar = f"start: r\nr: %json {json.dumps(schema)}"
    assert llguidance.LLMatcher.validate_grammar(grammar, tokenizer) == ""
    found = set()
    for text in TEXTS:
        matcher = llguidance.LLMatcher(tokenizer, grammar)
        tokens = list(json.dumps(text, ensure_ascii=False).encode())
        if matcher.validate_tokens(tokens) == len(tokens) and matcher.consume_tokens(tokens):
            found |= {text} if matcher.is_accepting() else set()
    return found


@pytest.mark.parametrize(
    "grammar",
    [
        PATCH,
        PRAGMA,
        SUM,
        'start: "a" ["b"] | A+\nA: "ab"',
        'start: /[0-9]{4}/ "-" /[0-9]{2}/ "-" /[0-9]{2}/',
        'start: /x\\/y/ | "a|b" | "^" | "$" "5"',
        "start: _A?\n_A: /a/i",
        'start: "ab" start | "ab"',
        'start: start /[ab]/ -> more | "a" -> one',
        'start: "ab" start?',
        'start: "ab" ["" start]',
        'start: "a" ("b" start)? | "A"',
        'start: sum\nsum: sum op sum | term\nop: "+" | "-"\nterm: /[0-9x]+/ | "(" /[0-9]/ ")"\n%ignore / +/',
        'start: "/" start | start "b" | "a" | start start | "x" "/" "y"',
        "start: line lines\nlines: line lines | \nline: /[^\\n]*\\n/",
    ],
)
def test_a_lark_grammar_that_is_not_recursive(grammar: str) -> None:
    by_grammar = taken(grammar)
    assert by_grammar
    pattern = text_pattern("lark", grammar)
    assert taken(f"start: /{pattern.replace('/', chr(92) + '/')}/") == by_grammar
    assert within_json(pattern) == by_grammar


@pytest.mark.parametrize(
    ("regex", "texts"),
    [
        (r"\d{4}-\d{2}-\d{2}", {"2024-01-02"}),
        (r"^(?P<year>\d{4})-\d\d-\d\d$", {"2024-01-02"}),
        (r"a|ab", {"a", "ab"}),
        (r"^(a|ab)$", {"a", "ab"}),
        (r"[\^$]5?", {"^", "$5"}),
        (r"[^$^][b]?", {"\n", "A", "a", "ab"}),
        (r"\$5", {"$5"}),
    ],
)
def test_a_regular_expression(regex: str, texts: set[str]) -> None:
    assert within_json(text_pattern("regex", regex)) == texts


@pytest.mark.parametrize(
    ("syntax", "definition"),
    [
        ("lark", 'start: "(" start ")" | "x"'),
        ("lark", "start: a\na: b\nb: a"),
        ("lark", "start: %json {}"),
        ("lark", 'start: A\nA: "a" & ~"b"'),
        ("lark", "start: <|end|>"),
        ("lark", "start: /^a/"),
        ("lark", "start: missing"),
        ("lark", 'start: "a" ('),
        ("lark", "start: A\n%import common.FLOAT\nA: FLOAT"),
        ("lark", ""),
        (
            "lark",
            "start: "
            + " ".join(f"a{i}" for i in range(2))
            + "".join(f"\na{i}: a{i + 1} a{i + 1}" for i in range(20))
            + '\na20: "aaaaaaaa"',
        ),
        ("lark", "start: a0\n" + "".join(f"a{i}: a{i + 1}\n" for i in range(3000)) + 'a3000: "x"'),
        ("lark", 'start: "x"\n' + "// long\n" * 10_000),
        ("regex", "^a|b$"),
        ("regex", r"\bfoo\b"),
        ("regex", "a^b"),
    ],
)
def test_grammars_that_are_not_regular_expressions(syntax: Any, definition: str) -> None:
    with pytest.raises(NotRegular):
        text_pattern(syntax, definition)
