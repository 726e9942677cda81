"""The checker finds each kind of fault in a history that was written by hand, and none in the history without it."""
import copy
from typing import Any

import pytest

from tests.faults.checker import judge, reads

Line = dict[str, Any]


def items(t: float, who: str, after: int, *told: list[Any], **more: Any) -> Line:
    """A frame of a socket, or with `began` an answer."""
    way: Line = {"e": "changes"} if "began" in more else {"e": "items", "s": 1}
    words = [word for _seq, _kind, _subject, word in told if word]
    return {**way, "t": t, "o": who, "c": "c", "after": after, "to": after + len(told), "items": list(told), "words": words, **more}


def wrote(seq: int, number: int) -> list[Any]:
    """The item of a post."""
    return [seq, "post.written", f"p{number}", f"w{number}"]


def good() -> list[Line]:
    """Two circles; in `c` a nurse, a relative, and a guest who comes and goes; three posts, each seen by whoever may."""
    return [
        {"e": "seat", "t": 0, "o": "nurse", "c": "c", "role": "nurse"},
        {"e": "seat", "t": 0, "o": "child", "c": "c", "role": "relative"},
        {"e": "seat", "t": 0, "o": "gp", "c": "d", "role": "gp"},
        {"e": "watch", "t": 1, "o": "nurse", "s": 1, "c": "c", "after": 0},
        {"e": "watch", "t": 1, "o": "child", "s": 1, "c": "c", "after": 0},
        {"e": "post", "t": 2, "word": "w1", "key": "k1", "o": "nurse", "c": "c", "audience": "care_team"},
        {"e": "info", "t": 2.1, "word": "w1"},
        {"e": "answer", "t": 2.2, "word": "w1", "status": 200, "id": "p1"},
        items(2.3, "nurse", 0, wrote(1, 1)),
        {"e": "nemesis", "t": 2.4, "what": "kill", "whom": "web", "seconds": 1},
        {"e": "admit", "t": 3, "id": 1, "o": "guest", "c": "c", "role": "nurse", "history": "from_now"},
        {"e": "admitted", "t": 3.1, "id": 1, "member": "m"},
        items(3.2, "nurse", 1, [2, "member.joined", "m", None]),
        {"e": "watch", "t": 3.3, "o": "guest", "s": 1, "c": "c", "after": 1},
        {"e": "post", "t": 4, "word": "w2", "key": "k2", "o": "child", "c": "c", "audience": "circle"},
        {"e": "answer", "t": 4.1, "word": "w2", "status": 201, "id": "p2"},
        items(4.2, "nurse", 2, wrote(3, 2)),
        items(4.3, "guest", 1, [2, "member.joined", "m", None], wrote(3, 2)),
        items(4.4, "child", 0, [1, "member.joined", "m", None], wrote(2, 2)),
        {"e": "revoke", "t": 5, "id": 1},
        {"e": "revoked", "t": 5.1, "id": 1},
        {"e": "post", "t": 6, "word": "w3", "key": "k3", "o": "nurse", "c": "c", "audience": "circle"},
        {"e": "answer", "t": 6.1, "word": "w3", "status": 201, "id": "p3"},
        items(6.2, "nurse", 3, [4, "member.left", "m", None], wrote(5, 3)),
        items(6.3, "child", 2, [3, "member.left", "m", None], wrote(4, 3), began=6.25),
        items(6.4, "child", 2, [3, "member.left", "m", None], wrote(4, 3)),
        {"e": "door", "t": 7.1, "o": "guest", "c": "c", "began": 7, "status": 404},
        {"e": "whole", "t": 8, "o": "nurse", "c": "c", "head": 5},
        {"e": "whole", "t": 8, "o": "child", "c": "c", "head": 4},
        {"e": "end", "t": 9, "o": "nurse", "c": "c", "posts": POSTS},
        {"e": "end", "t": 9, "o": "child", "c": "c", "posts": [[2, "p2", "w2"], [4, "p3", "w3"]]},
    ]


POSTS = [[1, "p1", "w1"], [3, "p2", "w2"], [5, "p3", "w3"]]


def place(lines: list[Line], event: str, who: str = "", nth: int = 0) -> int:
    """The number of a line."""
    return [number for number, line in enumerate(lines) if line["e"] == event and who in {"", line.get("o")}][nth]


def with_line(line: Line) -> list[Line]:
    """The good history and one line more, before the end is told."""
    lines = good()
    lines.insert(place(lines, "whole"), line)
    return lines


def without(event: str, who: str = "", nth: int = 0) -> list[Line]:
    """The good history without a line."""
    lines = good()
    del lines[place(lines, event, who, nth)]
    return lines


def changed(event: str, who: str = "", nth: int = 0, **fields: Any) -> list[Line]:
    """The good history with a line that says something else."""
    lines = good()
    lines[place(lines, event, who, nth)].update(copy.deepcopy(fields))
    return lines


def saw(t: float, who: str, word: str, **more: float) -> list[Line]:
    """The good history, and somebody sees a word: by socket, or with `began` by an answer."""
    return with_line({"e": "saw", "t": t, "o": who, "words": [word], **more})


def ended_late() -> list[Line]:
    """The end is answered only at 20, and what has a number after it comes before."""
    lines = with_line(_LATE)
    lines[place(lines, "revoked")]["t"] = 20
    return lines


LEFT = [4, "member.left", "m", None]
_LATE = items(6.5, "guest", 4, wrote(5, 3))
BAD = {
    "lost in GET posts": ("lost", changed("end", "child", posts=[[4, "p3", "w3"]])),
    "lost on the socket": ("lost", without("items", "child", 1)),
    "a hole in what the sockets brought": ("lost", changed("whole", "nurse", head=6)),
    "lost a going": ("lost", changed("items", "nurse", 3, items=[[4, "state", None, None], wrote(5, 3)])),
    "one key, two posts": ("doubled", with_line({"e": "answer", "t": 6.6, "word": "w3", "status": 201, "id": "p9"})),
    "one word, two posts": ("doubled", changed("end", "nurse", posts=[*POSTS, [6, "p4", "w3"]])),
    "an item twice after one watch": ("doubled", with_line(items(6.6, "nurse", 2, wrote(3, 2)))),
    "a number left out": ("reordered", changed("items", "nurse", 3, items=[LEFT, wrote(6, 3)])),
    "numbers turned round": ("reordered", changed("changes", items=[wrote(4, 3), [3, "member.left", "m", None]])),
    "two of one standing disagree": ("reordered", changed("items", "guest", items=[[2, "member.joined", "m", None], wrote(3, 3)])),
    "another order to the relatives": ("reordered", changed("items", "child", items=[wrote(1, 3), wrote(2, 2)])),
    "GET posts out of order": ("reordered", changed("end", "nurse", posts=[POSTS[1], POSTS[0], POSTS[2]])),
    "GET posts and the feed disagree": ("reordered", changed("end", "nurse", posts=[POSTS[0], [2, "p2", "w2"], POSTS[2]])),
    "a post nobody sent": ("unexpected", saw(7, "nurse", "w9")),
    "a post without a word": ("unexpected", changed("end", "nurse", posts=[*POSTS, [6, "p4", None]])),
    "items without a watch": ("unexpected", without("watch", "child")),
    "written after the end, by socket": ("seen without right", with_line(_LATE)),
    "written after the end, by HTTP": ("seen without right", saw(7, "guest", "w3", began=6.9)),
    "an older one, asked for after the end": ("seen without right", saw(7, "guest", "w2", began=5.2)),
    "an older one, by socket half a minute later": ("seen without right", saw(36, "guest", "w2")),
    "from before a stay from now on": ("seen without right", saw(4.9, "guest", "w1")),
    "an audience not read": ("seen without right", saw(7, "child", "w1")),
    "by a stranger": ("seen without right", saw(7, "gp", "w3")),
    "an open door": ("seen without right", changed("door", status=200)),
    "after the end by its number, before it by the clock": ("seen without right", ended_late()),
    "never answered": ("never answered", without("answer", nth=1)),
    "a member refused": ("refused", changed("answer", nth=1, status=404)),
    "a member's door shut": ("refused", with_line({"e": "door", "t": 6, "o": "nurse", "c": "c", "began": 5.9, "status": 404})),
}


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    told = judge(good())
    assert told.faults == []
    assert told.counts["answered"] == 3


@pytest.mark.parametrize("name", BAD)
def test_each_fault_is_found(name: str) -> None:
    kind, lines = BAD[name]
    assert any(fault.startswith(f"{kind}: ") for fault in judge(lines).faults), judge(lines).faults


def test_a_frame_above_the_cursor_is_dropped_and_no_fault() -> None:
    told = judge(with_line({"e": "items", "t": 7, "o": "nurse", "s": 1, "c": "c", "after": 9, "to": 9, "items": [], "words": []}))
    assert told.faults == []
    assert told.counts["frames above the cursor"] == 1


def test_the_table_of_readers_is_the_contract_s() -> None:
    readers = {audience: {role for role in ("nurse", "secretary", "patient", "relative") if reads(role, audience)} for audience in
               ("care_team", "wider_team", "patient", "relatives", "circle")}  # fmt: skip
    assert readers == {"care_team": {"nurse"}, "wider_team": {"nurse", "secretary"}, "patient": {"nurse", "patient"},
                       "relatives": {"nurse", "relative"}, "circle": {"nurse", "secretary", "patient", "relative"}}  # fmt: skip
