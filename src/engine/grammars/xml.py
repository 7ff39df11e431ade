"""Tool arguments in tags instead of JSON, as some families write them: schemas as tag formats.

The schema is converted to a structural tag's format. A string is plain text, every other value is JSON.
Parameters have the order of the schema.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from accord.engine.grammars.schemas import NESTED_TEXT

Format = dict[str, Any]
BREAK: Format = {"type": "break"}
"""An optional line break. With more whitespace models get stuck."""


@dataclass(frozen=True)
class _Style:
    """The text before and after a parameter's value. `{string}` is whether the value is a string."""

    begin: str
    end: str
    middle: str = ""
    """The separator of name and value, if a line break may come between."""
    padded: bool = False
    """Whether values are on their own lines."""


_DSML = "\uff5cDSML\uff5c"
_STYLES = {
    "qwen_xml": _Style("<parameter={name}>", "</parameter>", padded=True),
    "minimax_xml": _Style('<parameter name="{name}">', "</parameter>"),
    "deepseek_xml": _Style(f'<{_DSML}parameter name="{{name}}" string="{{string}}">', f"</{_DSML}parameter>"),
    "deepseek_v4_1_xml": _Style(
        f'<{_DSML} parameter name="{{name}}" string="{{string}}">', f"</{_DSML} parameter>"
    ),
    "glm_xml": _Style("<arg_key>{name}</arg_key>", "</arg_value>", "<arg_value>"),
}
_COMPOSED = (
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "patternProperties",
    "propertyNames",
    "minProperties",
)
_ANNOTATIONS = frozenset(("type", "title", "description", "default", "examples", "deprecated"))


def xml_format(schema: Any, style: str) -> Format:
    """Return the format of parameters that follow `schema`. Raises ValueError if it cannot be expressed."""
    if style not in _STYLES:
        raise ValueError(f"arguments in the style {style!r} cannot be expressed")
    form = _STYLES[style]
    if isinstance(schema, dict) and _COMPOSED & schema.keys():
        raise ValueError("arguments that are described in several places cannot be expressed in tags")
    if not isinstance(schema, dict) or "properties" not in schema:
        free = [_parameter(form, _NAME, string, {"type": "any_text"}) for string in (True, False)]
        return {"type": "star", "content": {"type": "or", "elements": free}}
    properties = schema["properties"]
    required = set(schema.get("required") or ())
    if required - properties.keys():
        raise ValueError("a required argument that is not described cannot be expressed in tags")
    elements = []
    for name, given in properties.items():
        parameter = _parameter_of(form, name, _resolved(given, schema), schema)
        elements.append(parameter if name in required else {"type": "optional", "content": parameter})
    return {"type": "sequence", "elements": elements}


_NAME = "\0"
"""Any name."""


def _parameter_of(form: _Style, name: str, schema: Any, root: dict[str, Any]) -> Format:
    """Return the format of one parameter."""
    if not isinstance(schema, dict):
        return _parameter(form, name, True, {"type": "any_text"})
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is not None:
        return {"type": "or", "elements": [_constant(form, name, value) for value in values]}
    if _types(schema, root) == {"string"}:
        return _parameter(form, name, True, _text(schema, form.padded))
    if "string" in _types(schema, root):
        return _parameter(form, name, True, {"type": "any_text"})
    definitions = {key: root[key] for key in ("$defs", "definitions") if key in root}
    return _parameter(form, name, False, {"type": "json_schema", "json_schema": definitions | schema})


def _constant(form: _Style, name: str, value: Any) -> Format:
    string = isinstance(value, str)
    text = value if string else json.dumps(value)
    return _parameter(form, name, string, {"type": "const_string", "value": text})


def _parameter(form: _Style, name: str, string: bool, value: Format) -> Format:
    begin = form.begin.format(name=name, string=str(string).lower())
    elements: list[Format] = [BREAK]
    before, _, after = begin.partition(_NAME)
    elements.append({"type": "const_string", "value": before})
    if _NAME in begin:
        elements.append({"type": "regex", "pattern": "[a-zA-Z_][a-zA-Z0-9_.-]*"})
        elements.append({"type": "const_string", "value": after})
    if form.middle:
        elements += [BREAK, {"type": "const_string", "value": form.middle}]
    around = [BREAK] if form.padded and value["type"] != "any_text" else []
    elements += [*around, value, *around]
    return {"type": "sequence", "elements": [*elements, {"type": "const_string", "value": form.end}]}


def _text(schema: dict[str, Any], padded: bool) -> Format:
    """Return the format of a string."""
    if others := schema.keys() - _ANNOTATIONS - {"pattern", "minLength", "maxLength", NESTED_TEXT}:
        raise ValueError(f"{min(others)!r} of a string cannot be expressed in tags")
    pattern = schema.get("pattern")
    least, most = schema.get("minLength"), schema.get("maxLength")
    if pattern is None and least is None and most is None:
        return {"type": "any_text"}
    if pattern is not None and (least is not None or most is not None):
        raise ValueError("both a pattern and a length of a string cannot be expressed in tags")
    if pattern is None:
        body = f"(?s:.){{{least or 0},{'' if most is None else most}}}"
    else:
        start = "" if pattern.startswith("^") else "(?s:.*)"
        end = "" if pattern.endswith("$") else "(?s:.*)"
        body = f"{start}({pattern.removeprefix('^').removesuffix('$')}){end}"
        # The parser strips a line break at each end, which must not be part of the value.
        return {"type": "any_text", "pattern": f"\\n{body}\\n" if padded else body}
    return {"type": "any_text", "pattern": f"\\n?{body}\\n?" if padded else body}


def _resolved(schema: Any, root: dict[str, Any]) -> Any:
    """Follow a reference to a definition of `root`."""
    seen: set[str] = set()
    while isinstance(schema, dict) and isinstance(ref := schema.get("$ref"), str) and ref not in seen:
        seen.add(ref)
        target: Any = root
        for part in ref.removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    return schema


def _types(schema: dict[str, Any], root: dict[str, Any]) -> set[str]:
    """Return the possible types of a value; string if the schema has none."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return {kind}
    if isinstance(kind, list):
        return set(kind)
    found: set[str] = set()
    for key in ("anyOf", "oneOf"):
        for member in schema.get(key) or ():
            inner = _resolved(member, root)
            found |= _types(inner, root) if isinstance(inner, dict) else {"string"}
    return found or {"string"}
