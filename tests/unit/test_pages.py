"""Pages of items, which the lists of several APIs share."""

from typing import Any

import pytest

from accord.dialects.pages import page_of
from accord.errors import InvalidRequest

ITEMS = [{"id": f"msg_{number}"} for number in range(5)]


@pytest.mark.parametrize(
    ("given", "numbers", "has_more"),
    [
        ({}, "01234", False),
        ({"newest_first": True}, "43210", False),
        ({"newest_first": True, "limit": 2}, "43", True),
        ({"limit": 2, "after": "msg_1"}, "23", True),
        ({"newest_first": True, "limit": 3, "after": "msg_3"}, "210", False),
        ({"newest_first": True, "after": "msg_0"}, "", False),
    ],
)
def test_a_page(given: dict[str, Any], numbers: str, has_more: bool) -> None:
    page = page_of(ITEMS, "message", **{"after": None, "limit": None, "newest_first": False} | given)
    ids = [f"msg_{number}" for number in numbers]
    assert page == {
        "object": "list",
        "data": [{"id": id_} for id_ in ids],
        "first_id": ids[0] if ids else None,
        "last_id": ids[-1] if ids else None,
        "has_more": has_more,
    }


def test_an_item_that_does_not_exist() -> None:
    with pytest.raises(InvalidRequest, match="no message 'msg_x'"):
        page_of(ITEMS, "message", after="msg_x", limit=None, newest_first=False)
