"""Any JSON with comments: our entry comes and goes, and the rest is the same to the byte."""

from __future__ import annotations

import json
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.hosts.entry import NAME, Entry
from jpo_mcp.hosts.jsonc import Document, put, take
from jpo_mcp.hosts.merge import found_in, installed, removed, undone
from jpo_mcp.hosts.places import HOSTS, Host
from jpo_mcp.hosts.shown import difference

ARGV = ("/opt/特許/bin/python", "-P", "-m", "jpo_mcp", "serve")
ENTRIES = (Entry(ARGV, {}), Entry(ARGV, {"JPO_MCP_SANDBOX": "1"}), Entry(ARGV, {"JPO_API_PASSWORD_FILE": "C:\\鍵"}))
BLANKS = st.sampled_from(["", "", " ", "\n", "\n  ", "\r\n\t", "/* , } */", " // {\n", '// "\r\n    ', "/*\n*/"])
NAMES = st.sampled_from(["mcpServers", "servers", "a", "", "特許", "//", 'q"\\', "env"])
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=6),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
)


@st.composite
def spelled(draw: st.DrawFn, value: Any) -> str:
    """One of the ways to write a value, with blanks and remarks in any place, and a comma at an end."""
    if isinstance(value, dict | list):
        is_object = isinstance(value, dict)
        pairs = list(cast("dict[str, Any]", value).items()) if is_object else cast("list[Any]", value)
        parts: list[str] = []
        for item in pairs:
            name = f"{json.dumps(item[0])}{draw(BLANKS)}:" if is_object else ""
            part = draw(spelled(item[1] if is_object else item))
            parts.append(f"{draw(BLANKS)}{name}{draw(BLANKS)}{part}{draw(BLANKS)}")
        end = "," + draw(BLANKS) if parts and draw(st.booleans()) else draw(BLANKS)
        opened, closed = "{}" if is_object else "[]"
        return opened + ",".join(parts) + end + closed
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any], Host]:
    """A text, what it says, and a host whose list of servers in it is an object or is not there."""
    host = draw(st.sampled_from(HOSTS))
    value = draw(OBJECTS)
    value.pop(host.section, None)
    if draw(st.booleans()):
        value[host.section] = draw(OBJECTS)
    return draw(BLANKS) + draw(spelled(value)) + draw(BLANKS), value, host


def read(text: str) -> Any:
    return json.loads(Document(text)._plain)


@settings(max_examples=300, deadline=None)
@given(documents(), st.sampled_from(ENTRIES), st.sampled_from(ENTRIES))
def test_installing_adds_our_entry_and_nothing_else_and_uninstalling_takes_it_away(
    document: tuple[str, dict[str, Any], Host], first: Entry, second: Entry
) -> None:
    """Issue 6: nothing lost. A list of servers that was there is the same to the byte afterwards."""
    text, value, host = document
    assert read(text) == value
    once = installed(text, host, first)
    twice = installed(once, host, second)
    for merged, entry in ((once, first), (twice, second)):
        said = read(merged)
        assert said[host.section].pop(NAME) == entry.spelled(host) or merged is twice
        assert {**said, host.section: said[host.section] or None} == {
            **value,
            host.section: value.get(host.section) or None,
        }
        assert installed(merged, host, entry) == merged
    assert undone(once, host, text)
    without = removed(twice, host)
    assert found_in(without, host) is None
    if value.get(host.section):
        assert without == text
    else:
        assert {**read(without), host.section: None} == {**value, host.section: None}


@settings(max_examples=200, deadline=None)
@given(documents(), st.lists(NAMES, min_size=1, max_size=3), VALUES)
def test_any_value_can_be_put_at_a_path_and_taken_from_it(
    document: tuple[str, dict[str, Any], Host], path: list[str], value: Any
) -> None:
    """The editing itself, at paths of any kind."""
    text, said, _ = document
    inner: Any = said
    for name in path[:-1]:
        inner = cast("dict[str, Any]", inner).get(name, {})
        if not isinstance(inner, dict):
            return
    changed = put(text, path, value)
    found = read(changed)
    for name in path:
        found = found[name]
    assert found == value
    assert read(take(changed, path)) == read(take(put(text, path, None), path))


@settings(max_examples=100, deadline=None)
@given(documents())
def test_a_shown_change_tells_of_our_entry_only(document: tuple[str, dict[str, Any], Host]) -> None:
    """Texts of others are dots; what is added is ours."""
    text, _, host = document
    known = {json.dumps(word, ensure_ascii=False) for word in (*ARGV, "stdio")}
    lines = difference(text, installed(text, host, ENTRIES[0]), "mcp.json", known)
    assert any(f'"{NAME}"' in line for line in lines if line.startswith("+"))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='{}[]",:/* \n\\a1-', max_size=30))
def test_what_is_no_json_is_refused_and_never_breaks_anything(text: str) -> None:
    """Either an error that says where, or a text with our entry in it."""
    try:
        merged = installed(text, HOSTS[0], ENTRIES[0])
    except ValueError:
        return
    assert found_in(merged, HOSTS[0]) == ENTRIES[0].spelled(HOSTS[0])
