"""Bodies generated from the contract: valid ones, and mutated ones."""

import copy
import math
from typing import Any

from hypothesis import strategies as st

from tests.contract.document import Contract

Draw = st.DrawFn
Schema = dict[str, Any]

DEEPEST = 5

# Values of other types, boundary values, and mistakes of clients.
ODD: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        1.0,
        -0.0,
        0.5,
        2.0,
        1e3,
        1e300,
        2**31,
        2**63,
        -(2**63) - 1,
        2**64,
        10**30,
    ),
    *(
        "",
        "1",
        "true",
        "null",
        "auto",
        "text",
        "custom",
        "custom\n",
        "function",
        "user",
        "\x00",
        "é",
        "😀" * 64,
    ),
    *("a" * 65, "a" * 129, "a\n", "2024-01-01", [], {}, [[]], [None], [""], [1], [1.0], [True], ["a"] * 5),
    *({"": ""}, {"type": "text"}, {"type": None}, {"type": "text", "text": "a"}, {"id": "a"}, {"1": 1.0}),
    *({"role": "user", "content": "a"}, {"type": "custom", "name": "a"}, {"1": 101}, {"\uff11": 1}),
]


class Bodies:
    """Strategies for the values of the contract's schemas."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.schemas: Schema = contract.document["components"]["schemas"]
        self.names = sorted({name for s in self.schemas.values() for name in s.get("properties", ())})

    def valid(self, schema: Schema) -> st.SearchStrategy[Any]:
        """Values that `schema` accepts."""
        return st.composite(lambda draw: self._value(draw, schema, 0))()

    def mutated(self, schema: Schema) -> st.SearchStrategy[Any]:
        """Values that `schema` accepts, with up to three mutations."""

        @st.composite
        def strategy(draw: Draw) -> Any:
            value = copy.deepcopy(self._value(draw, schema, 0))
            for _ in range(draw(st.integers(1, 3))):
                value = self._changed(draw, value)
            return value

        return strategy()

    def _value(self, draw: Draw, schema: Schema, depth: int) -> Any:
        schema = self.contract.follow(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return draw(st.sampled_from(schema["enum"]))
        if members := schema.get("oneOf") or schema.get("anyOf"):
            if depth > DEEPEST:
                members = sorted(members, key=lambda m: len(str(self.contract.follow(m))))[:1]
            return self._value(draw, draw(st.sampled_from(members)), depth + 1)
        types = schema.get("type", ["null", "boolean", "number", "string"])
        types = types if isinstance(types, list) else [types]
        kind = draw(st.sampled_from(types)) if depth <= DEEPEST or "null" not in types else "null"
        return getattr(self, f"_{kind}")(draw, schema, depth)

    def _object(self, draw: Draw, schema: Schema, depth: int) -> Any:
        properties: Schema = schema.get("properties", {})
        required = schema.get("required", [])
        optional = [name for name in properties if name not in required]
        chosen = draw(st.lists(st.sampled_from(optional), max_size=5, unique=True)) if optional else []
        names = [*required, *(chosen if depth <= DEEPEST else [])]
        value = {name: self._value(draw, properties[name], depth + 1) for name in names}
        if isinstance(more := schema.get("additionalProperties"), dict):
            keys = self._string(draw, schema.get("propertyNames", {}), depth)
            value |= {keys: self._value(draw, more, depth + 1)}
        return value

    def _array(self, draw: Draw, schema: Schema, depth: int) -> Any:
        least = schema.get("minItems", 0)
        most = min(least + (2 if depth <= DEEPEST else 0), schema.get("maxItems", math.inf))
        size = draw(st.integers(least, int(most)))
        return [self._value(draw, schema.get("items", {}), depth + 1) for _ in range(size)]

    def _string(self, draw: Draw, schema: Schema, depth: int) -> Any:
        least = schema.get("minLength", 0)
        if pattern := schema.get("pattern"):
            return draw(st.from_regex(pattern, fullmatch=True))[: schema.get("maxLength")]
        most = schema.get("maxLength", 20)
        size = draw(st.sampled_from([least, least + 1, most]))
        return draw(st.sampled_from(["a", "é", "😀", " ", "0"])) * size

    def _integer(self, draw: Draw, schema: Schema, depth: int) -> Any:
        least, most = schema.get("minimum", -100), schema.get("maximum", 10_000)
        number = draw(st.sampled_from([least, most, min(most, least + 1), max(least, most - 1)]))
        return float(number) if abs(number) < 2**53 and draw(st.integers(0, 4)) == 0 else number

    def _number(self, draw: Draw, schema: Schema, depth: int) -> Any:
        least = schema.get("minimum", math.nextafter(schema.get("exclusiveMinimum", -1e6), math.inf))
        most = schema.get("maximum", 1e6)
        return draw(st.sampled_from([least, most, (least + most) / 2]))

    def _boolean(self, draw: Draw, schema: Schema, depth: int) -> Any:
        return draw(st.booleans())

    def _null(self, draw: Draw, schema: Schema, depth: int) -> Any:
        return None

    def _changed(self, draw: Draw, value: Any) -> Any:
        places = list(_places(value))
        if not places:
            return copy.deepcopy(draw(st.sampled_from(ODD)))
        holder, key = draw(st.sampled_from(places))
        change = draw(st.sampled_from(["replace", "odd", "remove", "rename", "add", "grow", "nudge"]))
        if change == "replace":
            holder[key] = self._value(draw, self.schemas[draw(st.sampled_from(sorted(self.schemas)))], 3)
        elif change == "odd":
            holder[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
        elif change == "remove":
            del holder[key]
        elif isinstance(holder, dict) and change == "rename":
            holder[draw(st.sampled_from([*self.names, f"{key}_", key.upper()]))] = holder.pop(key)
        elif isinstance(holder, dict) and change == "add":
            holder[draw(st.sampled_from(self.names))] = copy.deepcopy(draw(st.sampled_from(ODD)))
        elif change == "grow" and isinstance(holder[key], str | list):
            holder[key] = holder[key] * draw(st.sampled_from([0, 2, 17, 130]))
        elif isinstance(holder[key], int | float):
            holder[key] = holder[key] + draw(st.sampled_from([1, -1, 0.5, 0.0]))
        return value


def _places(value: Any) -> Any:
    """Each (holder, key) inside `value`."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in list(items):
        yield value, key
        yield from _places(child)
