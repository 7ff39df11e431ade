"""Nested text grammars: in JSON they accept exactly what llguidance accepts."""

import json

import llguidance
import pytest

from accord.engine.grammars.json_text import json_text
from accord.engine.grammars.nested import nested_rules
from accord.engine.grammars.patterns import NotRegular
from accord.engine.grammars.schemas import NESTED_TEXT
from accord.engine.grammars.tags import tag_lark
from accord.engine.grammars.texts import text_pattern

TOKENIZER = llguidance.LLTokenizer("byte")
CALCULATION = """
start: term (("+" | "-" | "*") term)*
term: INT | NAME | "(" start ")"
NAME: "x".."z" | "pi"i
%ignore / +/
%import common.INT
"""
PROGRAM = r"""
start: statement+
statement: "if " NAME ":" LF block | "print " STRING LF
block: "{" LF start "}" LF
NAME: /[a-z_]\w*/
STRING: /"(?:[^"\\\n]|\\.)*"/
%import common.LF
"""
LISP = r"""
start: list
list: "(" (item (/[ \t\r\n]+/ item)*)? ")"
item: list | SYMBOL | TEXT
SYMBOL: /[^\s()"]+/
TEXT: "\"" /[^"]*/ "\""
"""
TEXTS = [
    *("1", "(1)", "((x + PI) * 2) - y", "(1", "1)", "()", "(1 + ) 2", "(((((((7)))))))", "((1)", "1 + w"),
    *('print "a"\n', 'if x:\n{\nprint "a\\tb"\n}\n', 'if x:\n{\nif y:\n{\nprint "é\U0001f600"\n}\n}\n'),
    *('if x:\n{\nprint "a"\n', 'if x:\nprint "a"\n', 'print "a\n"\n', "if x:\n{\n}\n"),
    *("(a)", "(a (b\t(c)\r\n()) \x01\x7f\\)", '(a "b\x1f /\\n")', "(a (b)", "(a))", "(a\u2028b \u00e9)", ""),
    *("<>", "<<\n\\>>", "<\n>", "<\n\\", "<\b\f>", "<N>", "<<n>>", "<<\N{KELVIN SIGN}>>", "<<a/b>>"),
]


def is_taken(grammar: str, text: str) -> bool:
    matcher = llguidance.LLMatcher(TOKENIZER, grammar)
    tokens = list(text.encode())
    assert not matcher.is_error(), matcher.get_error()
    return (
        matcher.validate_tokens(tokens) == len(tokens)
        and matcher.consume_tokens(tokens)
        and matcher.is_accepting()
    )


def call_of(definition: str, *others: str) -> str:
    """The grammar of a call, as the model's family writes it, whose only argument is a text."""
    calls = []
    for name, text in zip("abc", (definition, *others), strict=False):
        schema = {
            "type": "object",
            "properties": {"input": {"type": "string", NESTED_TEXT: text}},
            "required": ["input"],
        }
        calls.append(
            {
                "type": "tag",
                "begin": f'<call>{{"name": "{name}", "arguments": ',
                "content": {"type": "json_schema", "json_schema": schema},
                "end": "}</call>",
            }
        )
    return tag_lark({"format": {"type": "triggered_tags", "triggers": ["<call>"], "tags": calls}})


def called(text: str, name: str = "a") -> str:
    arguments = json.dumps({"input": text}, ensure_ascii=False)
    return f'<call>{{"name": "{name}", "arguments": {arguments}}}</call>'


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param(CALCULATION, id="calculation"),
        pytest.param(PROGRAM, id="program"),
        pytest.param(LISP, id="lisp"),
        'start: "<" start ">" | /[a-z\\n\\\\]/i | /[\\x08-\\x0d]*/ | "a/b"',
        'start: "<" start ">" | /\\n\\\\/ | /./ | "\\n"i | /k/i',
        'start: "<" start ">" | /(?s:.)/ | /x\\D\\W/',
        'start: pair\npair: "<" (start | ["N"i])? ">" -> pair | "(" pair{0,2} ")" | /\\d/',
    ],
)
def test_a_text_is_taken_as_by_the_grammar_itself(definition: str) -> None:
    with pytest.raises(NotRegular):
        text_pattern("lark", definition)
    by_grammar = [text for text in TEXTS if is_taken(definition, text)]
    assert by_grammar
    held = call_of(definition)
    assert [text for text in TEXTS if is_taken(held, called(text))] == by_grammar


def test_text_after_a_terminal_may_begin_with_a_backslash_in_json() -> None:
    """llguidance's lexer takes the longest match: where a line may hold a tab, its end begins likewise."""
    held = call_of(
        r'start: "{\n" line* "}\n"'
        "\nline: /[^\\n{}']*\\n/ | TEXT LF | start\n"
        r"TEXT: /'[^'\n]*'/"
        "\nLF: /[\\r\\n]+/\n"
    )
    for text, is_right in [("{\na\tb\n{\n\n'\x01'\r\n}\n}\n", True), ("{\na\n{\n}\n", False)]:
        assert is_taken(held, called(text)) == is_right


@pytest.mark.parametrize("written", [r"\n", r"\u000a", r"\N", "\n", r"\/", r"é"])
def test_a_text_is_written_as_json_writes_it(written: str) -> None:
    """The model has one way to write a character, so that it is never lost in another."""
    held = call_of('start: "(" start ")" | /[^()]/i | /\\n/i')
    text = f'<call>{{"name": "a", "arguments": {{"input": "({written})"}}}}</call>'
    assert is_taken(held, text) == (written in (r"\n", "é"))


def test_each_tool_is_constrained_to_its_own_grammar() -> None:
    held = call_of(CALCULATION, LISP, CALCULATION)
    for name, text, is_right in [
        ("a", "(1)", True),
        ("a", "(a)", False),
        ("b", "(a)", True),
        ("c", "((1)", False),
        ("c", "1", True),
    ]:
        assert is_taken(held, f"I call it. {called(text, name)}") == is_right


def test_a_call_is_constrained_at_each_character() -> None:
    matcher = llguidance.LLMatcher(TOKENIZER, call_of(CALCULATION))
    begun = list(called("((1 + x").removesuffix('"}}</call>').encode())
    assert matcher.consume_tokens(begun)
    allowed = {chr(token) for token in range(256) if matcher.validate_tokens([token])}
    assert allowed == set(" +-*)")


@pytest.mark.parametrize(
    "definition",
    [
        'start: "(" start ")" | missing',
        'start: "(" start ")" | /\\pL/',
        'start: "(" start ")" | /[a-z&&[^b]]/',
        'start: "(" start ")" | /(?x: a)/',
        'start: "(" start ")" | /(?s)./',
        'start: "(" start ")" | %json {}',
        'start: "(" start ")" | A\nA: "b" A | "c"',
        'start: "(" start ")" | /[^\\n]*END/',
        'start: "(" start ")" | /(?:[^)]|ab)*/',
        "start: a0\n" + "".join(f"a{i}: a{i + 1}\n" for i in range(3000)) + 'a3000: "(" start ")" | "x"',
        'start: "(" start ")" | "x"\n' + "// long\n" * 10_000,
    ],
)
def test_unsupported_grammars(definition: str) -> None:
    with pytest.raises(NotRegular):
        nested_rules(definition)


@pytest.mark.parametrize("around", ["({}b?)*", "({}c?)", "({}|b)+"])
def test_a_terminal_that_is_deeply_nested_is_read_at_once(around: str) -> None:
    """What each part of it goes on with is found once; found anew each time, it would take years."""
    pattern = "ab?"
    for _ in range(40):
        pattern = around.format(pattern)
    assert json_text(pattern + r"\n").startswith("(")
