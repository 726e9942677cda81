"""French sentences out of templates: [a|b] chooses, <name> draws a fragment, {slot} is filled.

Choices come out of shuffled bags, so that a journal uses every wording once before it uses one twice."""

import random
import re
from collections.abc import Callable, Mapping, Sequence

SPACES = re.compile(r" {2,}")
BEFORE_STOP = re.compile(r" +([.,])")
DOUBLE_STOP = re.compile(r"([.?!…])[ .]*\.(?!\d)")
SENTENCE = re.compile(r"(^|[.?!] )([a-zàâçéèêîôûœ])")
PROPER = ("Tinetti", "Lantus", "Macrogol")
MARK = re.compile(r"[\[\]|<{]")


class Phrasebook:
    """The wordings of one journal. Deterministic for a given `rng` state and order of calls."""

    def __init__(self, rng: random.Random, fragments: Mapping[str, Sequence[str]]) -> None:
        self.rng = rng
        self.fragments = fragments
        self.bags: dict[int, list[int]] = {}
        self.kept: dict[int, Sequence[str]] = {}

    def draw(self, choices: Sequence[str]) -> str:
        """One of the choices, none twice before all were out."""
        bag = self.bags.get(id(choices))
        if not bag:
            bag = list(range(len(choices)))
            self.rng.shuffle(bag)
            self.bags[id(choices)] = bag
            self.kept[id(choices)] = choices
        return choices[bag.pop()]

    def say(self, templates: Sequence[str], slot: Callable[[str], str]) -> str:
        """One finished text. Raises KeyError for a fragment or a slot that nobody knows."""
        return tidy(self._expand(self.draw(templates), slot))

    def _expand(self, text: str, slot: Callable[[str], str]) -> str:
        out = ""
        position = 0
        while found := MARK.search(text, position):
            out += text[position : found.start()]
            start = found.end()
            match found.group():
                case "{":
                    end = text.index("}", start)
                    out += slot(text[start:end])
                    position = end + 1
                case "<":
                    end = text.index(">", start)
                    piece = self._expand(self.draw(self.fragments[text[start:end]]), slot)
                    out += _lowered(piece) if out.endswith((": ", ", ")) else piece
                    position = end + 1
                case "[":
                    options, position = split_choice(text, start)
                    out += self._expand(self.rng.choice(options), slot)
                case stray:
                    raise ValueError(f"{stray!r} stands alone in {text!r}")
        return out + text[position:]


def split_choice(text: str, start: int) -> tuple[list[str], int]:
    """The options of the bracket that opened just before `start`, and the place after its end."""
    options, depth, begin = [], 0, start
    for place in range(start, len(text)):
        sign = text[place]
        if sign == "[":
            depth += 1
        elif sign == "]" and depth:
            depth -= 1
        elif depth == 0 and sign in "|]":
            options.append(text[begin:place])
            begin = place + 1
            if sign == "]":
                return options, begin
    raise ValueError(f"a bracket is not closed in {text!r}")


def _lowered(piece: str) -> str:
    """The piece as it goes on after a comma or a colon; abbreviations and proper names keep their capital."""
    proper = not piece[1:2].islower() or piece.startswith(PROPER)
    return piece if proper else piece[0].lower() + piece[1:]


def tidy(text: str) -> str:
    """Blanks, stops, capitals and apostrophes as a careful writer sets them."""
    text = SPACES.sub(" ", text.replace("'", "’")).strip()
    text = DOUBLE_STOP.sub(r"\1", BEFORE_STOP.sub(r"\1", text))
    return SENTENCE.sub(lambda found: found.group(1) + found.group(2).upper(), text)
