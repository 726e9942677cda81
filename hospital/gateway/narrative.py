"""The words of a CDA section (CDA R2, "section narrative block") as plain blocks: paragraphs, lists, tables. No mark-up passes through.

A block is JSON: {"kind": "paragraph", "text"}, {"kind": "list", "ordered", "items": [text]}, {"kind": "table", "caption", "head": [text],
"rows": [[text]]}, where `head` names the columns, or is empty. Texts hold line breaks and nothing else; a table within a cell or a list
within a list becomes lines of text.
"""
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]
V3 = "{urn:hl7-org:v3}"
_WIDEST = 60  # columns
_DEEPEST = 120  # elements within each other; the parser itself stops at 256
_BREAK = "\x1e"  # a line break that the sender meant; no XML can hold this sign itself
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")


@dataclass
class Budget:
    """What a document may still say: signs and cells. What lies beyond is cut, and said to be."""

    signs: int = 400_000
    cells: int = 24_000
    spent: bool = False

    def text(self, said: str) -> str:
        """As much of it as there is room for."""
        if len(said) > self.signs:
            said, self.spent = said[: self.signs], True
        self.signs -= len(said)
        return said

    def cell(self) -> bool:
        """Whether there is room for another cell or item."""
        self.cells -= 1
        self.spent = self.spent or self.cells < 0
        return self.cells >= 0


def blocks_of(text: Any, budget: Budget) -> list[Block]:
    """The blocks of a section's `text` element, in their order."""
    writer = _Writer(budget)
    writer.walk(text, 0)
    writer.flush()
    return writer.blocks


def plain_blocks(text: str, budget: Budget) -> list[Block]:
    """Plain text as paragraphs, parted by empty lines."""
    bare = _CONTROL.sub(" ", text.replace("\r\n", "\n"))
    parts = (_tidy(part.replace("\n", _BREAK)) for part in re.split(r"\n[ \t]*\n", bare))
    return [{"kind": "paragraph", "text": said} for part in parts if part and (said := budget.text(part))]


class _Writer:
    def __init__(self, budget: Budget) -> None:
        self.blocks: list[Block] = []
        self._budget = budget
        self._loose: list[str] = []

    def walk(self, element: Any, depth: int) -> None:
        """Goes through an element in the order of the words; what stands between blocks is a paragraph."""
        self._loose.append(element.text or "")
        for child in element.iterchildren():
            name = _name(child)
            if name in {"paragraph", "list", "table"}:
                self.flush()
                self._block(name, child, depth)
            elif name == "br":
                self._loose.append(_BREAK)
            elif name and child.get("revised") != "delete" and depth < _DEEPEST:
                self.walk(child, depth + 1)
            self._loose.append(child.tail or "")

    def flush(self) -> None:
        """Ends the paragraph that the loose words are."""
        text, self._loose = self._budget.text(_tidy("".join(self._loose))), []
        if text:
            self.blocks.append({"kind": "paragraph", "text": text})

    def _block(self, name: str, element: Any, depth: int) -> None:
        if self._budget.spent:
            return
        if name == "table":
            self._table(element)
        elif name == "list":
            self._list(element)
        elif depth < _DEEPEST:  # a paragraph, which holds blocks where a sender was careless
            self.walk(element, depth + 1)
            self.flush()

    def _list(self, element: Any) -> None:
        items = []
        for item in element.iterchildren(f"{V3}item"):
            if not self._budget.cell():
                break
            if text := self._budget.text(words(item)):
                items.append(text)
        if items:
            self.blocks.append({"kind": "list", "ordered": element.get("listType") == "ordered", "items": items})

    def _table(self, element: Any) -> None:
        caption = words(element.find(f"{V3}caption")) if element.find(f"{V3}caption") is not None else ""
        head = list(self._rows(element.iterchildren(f"{V3}thead")))
        rows = [row for row in self._rows(element.iterchildren(f"{V3}tbody", f"{V3}tfoot")) if any(row)]
        rows += [row for row in self._rows([element]) if any(row)]
        if len(head) == 1 and len(list(filter(None, head[0]))) == 1 and max(map(len, [*head, *rows])) > 1:
            caption, head = " ".join([caption, *filter(None, head[0])]).strip(), []  # one heading over all columns
        if head or rows or caption:
            self.blocks.append({"kind": "table", "caption": self._budget.text(caption), "head": _columns(head), "rows": rows})

    def _rows(self, parts: Any) -> Iterator[list[str]]:
        """Rows of equal places: a cell over several columns or rows leaves the other places empty."""
        for part in parts:
            held: dict[int, int] = {}  # column → for how many more rows a cell from above stands there
            for row in part.iterchildren(f"{V3}tr"):
                cells: list[str] = []
                for cell in row.iterchildren(f"{V3}td", f"{V3}th"):
                    if len(cells) >= _WIDEST or not self._budget.cell():
                        break
                    _skip_held(cells, held)
                    down, across = _span(cell, "rowspan") - 1, _span(cell, "colspan")
                    held |= {len(cells) + column: down for column in range(across) if down}
                    cells += [self._budget.text(words(cell)), *[""] * (across - 1)]
                _skip_held(cells, held)
                if cells:
                    yield cells
                if self._budget.spent:
                    return


def _columns(head: list[list[str]]) -> list[str]:
    """Several rows of headings as one: what stands above each other belongs together."""
    width = max(map(len, head), default=0)
    return [" ".join(row[place] for row in head if place < len(row) and row[place]) for place in range(width)]


def words(element: Any) -> str:
    """Everything that an element says, as lines of text."""
    return _tidy("".join(_said(element, 0)))


def _said(element: Any, depth: int) -> Iterator[str]:
    yield element.text or ""
    for child in element.iterchildren():
        name = _name(child)
        if name and child.get("revised") != "delete" and depth < _DEEPEST:
            broken = name in {"br", "paragraph", "item", "tr", "caption"}
            yield _BREAK if broken else " " if name in {"td", "th"} else ""
            yield from _said(child, depth + 1)
            yield _BREAK if broken and name != "br" else ""
        yield child.tail or ""


def _skip_held(cells: list[str], held: dict[int, int]) -> None:
    while held.get(len(cells), 0) > 0:
        held[len(cells)] -= 1
        cells.append("")


def _span(cell: Any, which: str) -> int:
    said = cell.get(which, "")
    return min(max(int(said), 1), _WIDEST) if said.isdecimal() and len(said) < 4 else 1


def _name(element: Any) -> str:
    """The local name; "" for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _tidy(text: str) -> str:
    """Blanks and the file's own line ends are one blank; no empty lines."""
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)
