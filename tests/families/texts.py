"""Generated texts of the kinds that tokenizers distinguish."""

# ruff: noqa: RUF001

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

SEED = 20261126
_BLOCKS = (
    *((0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0xDFF)),
    *((0xE00, 0xEFF), (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x2BFF), (0x3000, 0x30FF)),
    *((0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xFB00, 0xFEFF), (0xFF00, 0xFFEF), (0x1F000, 0x1FAFF)),
    *((0x10000, 0x100FF), (0x1D400, 0x1D7FF), (0x20000, 0x2A6DF), (0xE0100, 0xE01EF)),
)
_SPACES = (
    " ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u200b",
    "\u2028",
    "\ufeff",
)
_CODE = (
    *(
        "def ",
        "return ",
        "for (int i = 0; i < n; i++) {",
        "}",
        "self.",
        "->",
        "=>",
        "::",
        "!=",
        "**",
        "//",
        "/*",
    ),
    *(
        "*/",
        "<div class='a'>",
        "</div>",
        "#include <x>",
        "x = [1, 2]",
        "\\n",
        "\\u00e9",
        "$HOME",
        "a_b",
        "camelCase",
    ),
    *(
        "SELECT * FROM t;",
        "0xFF",
        "1e-9",
        '{"a": [null, true]}',
        "if __name__ == '__main__':",
        "\n    ",
        "\t\t",
        ";",
    ),
)
_WORDS = (
    *("the", "The", "THE", "don't", "I'LL", "it's", "naïve", "Zürich", "straße", "œuvre", "Привет", "Ελλάδα"),
    *(
        "مرحبا",
        "שלום",
        "नमस्ते",
        "สวัสดี",
        "漢字",
        "かな",
        "안녕",
        "internationalization",
        "e.g.",
        "U.S.A.",
        "C++",
    ),
    *("ﬁ", "½", "Ⅷ", "①", "K", "ſ", "İ", "ß", "…", "—", "“x”", "🏳️‍🌈", "👩‍👩‍👧‍👦", "é"),
)
_MARKS = tuple(chr(c) for c in range(0x300, 0x370)) + tuple(
    "\u0591\u064b\u093c\u0e34\u3099\u20dd\ufe0f\u200d"
)
_DIGITS = "0123456789" * 6 + "٣४๕３²½"


def texts(tokenizer: Any, count: int) -> Iterator[str]:
    """Yield `count` texts, the same ones each time, equally many of each kind."""
    chance = random.Random(SEED)
    added = list(tokenizer.get_added_vocab())
    ids = range(len(tokenizer))
    kinds: list[Callable[[], str]] = [
        lambda: "".join(_some(chance, _CODE, 12)),
        lambda: "".join(chr(chance.randint(*block)) for block in _some(chance, _BLOCKS, 16)),
        lambda: _of_block(chance),
        lambda: "".join(c + "".join(_some(chance, _MARKS, 3)) for c in _some(chance, "aeinoyAغनกか", 8)),
        lambda: "".join(_some(chance, _DIGITS, 30)),
        lambda: "".join(_some(chance, "0123456789.,:-/ %$xe+()", 30)),
        lambda: "".join(_some(chance, "abcdefghijklmnopqrstuvwxyzABCDEFGHé", 80)),
        lambda: chance.choice("aA=-# \n.漢0") * chance.randint(1, 200),
        lambda: (
            "".join(_some(chance, _SPACES, 8)) + chance.choice(_WORDS) + "".join(_some(chance, _SPACES, 4))
        ),
        lambda: " ".join(_some(chance, _WORDS, 14)),
        lambda: "".join(_some(chance, (*_WORDS, *_SPACES, *".,;:!?'\"()[]{}"), 16)),
        lambda: _with_special(chance, added),
        lambda: tokenizer.decode(chance.choices(ids, k=chance.randint(1, 12))),
        lambda: tokenizer.decode(chance.choices(ids, k=chance.randint(1, 6))).swapcase(),
        lambda: unicodedata.normalize(chance.choice(("NFD", "NFKC")), " ".join(_some(chance, _WORDS, 6))),
    ]
    for place in range(count):
        yield kinds[place % len(kinds)]()


def _some(chance: random.Random, all_: Any, most: int) -> list[Any]:
    return chance.choices(all_, k=chance.randint(1, most))


def _of_block(chance: random.Random) -> str:
    block = chance.choice(_BLOCKS)
    return "".join(chr(chance.randint(*block)) for _ in range(chance.randint(1, 24)))


def _with_special(chance: random.Random, added: list[str]) -> str:
    """Return a text with special tokens: whole, truncated, and joined with words."""
    token = chance.choice(added)
    cut = token[: chance.randint(0, len(token))]
    pieces = [token, cut, chance.choice(_WORDS), chance.choice(_SPACES), chance.choice(added)]
    chance.shuffle(pieces)
    return "".join(pieces)
