"""How a line becomes an item: apps upstairs register how their kinds of news are read, so the hub need not know them.

Reading has two steps, so that a batch is fetched once however many standings hear of it: `load` gets the content of many
lines, `render` makes one line's members for one reader.
"""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.clock import rfc3339
from messaging.feed.enums import Standing
from messaging.feed.models import FeedLine

Item = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """For whom items are made: a standing, and the first number of one who was admitted "from now"."""

    standing: Standing
    first: int = 1


@dataclass(frozen=True)
class Teller:
    """How an app tells its lines: `render` returns the item's members, or None for a line that this reader gets as `void`."""

    load: Callable[[Sequence[FeedLine]], Any]
    render: Callable[[FeedLine, Any, Reader], Item | None]
    load_complete: Callable[[Sequence[FeedLine]], Any] | None = None  # of lines beside which their feeds have no newer ones


_tellers: dict[str, Teller] = {}


def register(families: Iterable[str], teller: Teller) -> None:
    """Says who tells the lines of these families; a kind's family is the part before its dot."""
    for family in families:
        _tellers[family] = teller


class Telling:
    """Lines with their content, loaded once, rendered for any reader.

    `complete`: they are all that their feeds had, beyond some place, at one moment.
    """

    def __init__(self, lines: Sequence[FeedLine], *, complete: bool = False) -> None:
        by_teller: dict[int, list[FeedLine]] = {}
        for line in lines:
            by_teller.setdefault(id(_tellers[_family(line)]), []).append(line)
        tellers = {id(teller): teller for teller in _tellers.values()}
        complete = complete and len(by_teller) == 1  # a line of another family may say something of the same
        self._content: dict[int, Any] = {key: _loads(tellers[key], complete)(group) for key, group in by_teller.items()}

    def item(self, line: FeedLine, reader: Reader) -> Item:
        """The item of a line that the reader's standing sees."""
        teller = _tellers[_family(line)]
        members = teller.render(line, self._content[id(teller)], reader)
        base = {"seq": line.number(reader.standing), "kind": line.kind if members is not None else "void", "at": rfc3339(line.at)}
        return {**base, **(members or {})}


def _loads(teller: Teller, complete: bool) -> Callable[[Sequence[FeedLine]], Any]:
    return teller.load_complete if complete and teller.load_complete else teller.load


def _family(line: FeedLine) -> str:
    return line.kind.partition(".")[0]
