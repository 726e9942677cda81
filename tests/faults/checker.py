"""Reads a history and says what broke a promise. It knows the contract's rules and nothing of the service.

What is told apart: lost, doubled, reordered, unexpected, seen without right, refused, and what was never answered.
"""
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_CARE = ("gp", "specialist", "nurse", "pharmacist", "physiotherapist", "other_health", "coordinator", "hospital_staff")
_STANDING = {
    **dict.fromkeys(_CARE, "care_team"), **dict.fromkeys(("social_worker", "home_help", "secretary"), "wider_team"),
    "patient": "patient", **dict.fromkeys(("relative", "trusted_person"), "relatives"),
}  # fmt: skip
_LATE_S = 30.0  # the contract's second, or its thirty where Redis may be down: then the socket has heard of the end at the latest
Line = dict[str, Any]


def reads(role: str, audience: str) -> bool:
    """The contract's table of roles, standings and audiences."""
    standing = _STANDING[role]
    return standing == "care_team" or audience in {standing, "circle"}


@dataclass
class Post:
    """As it was sent, and what is known of it."""

    word: str
    key: str
    author: str
    circle: str
    audience: str
    sent: float
    answered: float = math.inf
    refused: list[tuple[int, float]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


@dataclass
class Stay:
    """Somebody may be inside from `since` (the admission was asked) until `ended` (its end was answered); surely between the other two."""

    role: str
    whole: bool
    since: float
    sure_since: float = math.inf
    sure_until: float = math.inf
    ended: float = math.inf
    member: str = ""  # its id, of those that are ended during the run


@dataclass
class Verdict:
    """Figures, and a sentence for each fault, which begins with its kind."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    latest_s: float = 0.0  # how long after the answered end of a stay something older still came to a socket


class Checker:
    """Takes lines one by one; `verdict` when all are read."""

    def __init__(self) -> None:
        self.told = Verdict()
        self._posts: dict[str, Post] = {}
        self._of: dict[str, list[Post]] = defaultdict(list)  # by circle
        self._guests: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)  # who comes and goes, and circle → word → first seen
        self._moves: dict[tuple[str, str, str], list[int]] = defaultdict(list)  # circle, kind, member → the care team's numbers of it
        self._keys: dict[str, set[str]] = defaultdict(set)  # key → ids
        self._words: dict[str, set[str]] = defaultdict(set)  # word → ids under which it was seen
        self._stays: dict[tuple[str, str], list[Stay]] = defaultdict(list)
        self._by_id: dict[int, Stay] = {}
        self._at: dict[tuple[str, int, str], float] = {}  # socket and circle → the number up to which it has had everything
        self._have: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._had: dict[tuple[str, str], set[str]] = defaultdict(set)  # person and circle → words of post.written that came by socket
        self._order: dict[tuple[str, str, int], tuple[str, str | None]] = {}  # circle, standing, number → kind and subject

    def _fault(self, kind: str, sentence: str) -> None:
        self.told.counts[kind] += 1
        if self.told.counts[kind] <= 20:
            self.told.faults.append(f"{kind}: {sentence}")

    def read(self, line: Line) -> None:
        """One line of the history."""
        self.told.counts[f"lines: {line['e']}"] += 1
        getattr(self, f"_{line['e']}")(line)

    # who is inside

    def _seat(self, line: Line) -> None:
        self._stays[line["o"], line["c"]].append(Stay(line["role"], True, -math.inf, -math.inf))

    def _admit(self, line: Line) -> None:
        stay = self._by_id[line["id"]] = Stay(line["role"], line["history"] == "all", line["t"])
        self._stays[line["o"], line["c"]].append(stay)

    def _admitted(self, line: Line) -> None:
        stay = self._by_id[line["id"]]
        stay.sure_since, stay.member = line["t"], line["member"]

    def _revoke(self, line: Line) -> None:
        self._by_id[line["id"]].sure_until = line["t"]

    def _revoked(self, line: Line) -> None:
        self._by_id[line["id"]].ended = line["t"]

    def _nemesis(self, line: Line) -> None:
        self.told.counts[f"done to it: {line['what']}"] += 1

    # what was sent

    def _post(self, line: Line) -> None:
        post = self._posts[line["word"]] = Post(line["word"], line["key"], line["o"], line["c"], line["audience"], line["t"])
        self._of[post.circle].append(post)

    def _answer(self, line: Line) -> None:
        post = self._posts[line["word"]]
        if line["status"] not in {200, 201}:
            post.refused.append((line["status"], line["t"]))
            return
        post.answered = min(post.answered, line["t"])
        post.ids.add(line["id"])
        self._keys[post.key].add(line["id"])

    def _info(self, line: Line) -> None:
        """Nothing is known, so nothing follows."""

    # what was seen

    def _right(self, person: str, post: Post, since: float, until: float) -> str:
        """Why this person may not have bytes of that post that came at `since` and were asked for at `until`; "" if they may."""
        why = "never a member"
        for stay in self._stays.get((person, post.circle), []):
            if since < stay.since:
                continue
            if not reads(stay.role, post.audience):
                why = f"a {stay.role} does not read {post.audience}"
            elif post.sent > stay.ended:
                why = f"sent {post.sent - stay.ended:.3f} s after the end was answered"
            elif not stay.whole and post.answered < stay.since:
                why = "from before a stay from now on"
            elif until > stay.ended:
                why = f"{until - stay.ended:.3f} s after the end was answered"
            else:
                return ""
        return why

    def _seen(self, person: str, words: Iterable[str], came: float, began: float | None) -> None:
        """`began`: when an answer was asked for; None for what a socket brought by itself."""
        for word in words:
            post = self._posts.get(word)
            if post is None:
                self._fault("unexpected", f"{person} saw {word}, which nobody has sent")
                continue
            until = began if began is not None else came - _LATE_S
            if why := self._right(person, post, came, until):
                self._fault("seen without right", f"{person}, {word} in {post.circle} at {came}: {why}")
                continue
            stays = self._stays[person, post.circle]
            if stays[0].since > -math.inf:
                self._guests[person, post.circle].setdefault(word, came)
            if began is None:
                self.told.latest_s = max(self.told.latest_s, self._lateness(person, post, came))

    def _lateness(self, person: str, post: Post, came: float) -> float:
        ends = [stay.ended for stay in self._stays[person, post.circle] if stay.since <= came]
        return came - max(ends) if ends and max(ends) < came else 0.0

    def _saw(self, line: Line) -> None:
        self._seen(line["o"], line["words"], line["t"], line.get("began"))

    def _door(self, line: Line) -> None:
        stays = self._stays.get((line["o"], line["c"]), [])
        if line["status"] == 200 and not any(stay.since <= line["t"] and line["began"] <= stay.ended for stay in stays):
            self._fault("seen without right", f"the door of {line['c']} was open to {line['o']} at {line['began']}")
        if line["status"] == 404 and any(stay.sure_since <= line["began"] and line["t"] <= stay.sure_until for stay in stays):
            self._fault("refused", f"the door of {line['c']} was shut to {line['o']} at {line['began']}")

    def _watch(self, line: Line) -> None:
        self._at[line["o"], line["s"], line["c"]] = line["after"]

    def _items(self, line: Line) -> None:
        self._seen(line["o"], line["words"], line["t"], None)
        place = (line["o"], line["s"], line["c"])
        if place not in self._at:
            return self._fault("unexpected", f"items without a watch: {place}")
        if line["after"] > self._at[place]:  # by the contract: the client drops it and watches anew
            self.told.counts["frames above the cursor"] += 1
            return None
        for seq, kind, _subject, word in line["items"]:
            if seq <= self._at[place]:
                self._fault("doubled", f"number {seq} twice after one watch on one socket: {place}")
            self._have[place[0], place[2]].add(seq)
            if kind == "post.written" and word:
                self._had[place[0], place[2]].add(word)
        self._at[place] = max(self._at[place], line["to"])
        return self._numbers(line)

    def _changes(self, line: Line) -> None:
        self._door({**line, "status": 200})
        self._seen(line["o"], line["words"], line["t"], line["began"])
        self._numbers(line)

    def _numbers(self, line: Line) -> None:
        """1, 2, 3 … without a gap, each saying the same to everybody of one standing."""
        person, circle = line["o"], line["c"]
        found = [item[0] for item in line["items"]]
        if found != list(range(line["after"] + 1, line["to"] + 1)):
            self._fault("reordered", f"{person} in {circle}: {found} after {line['after']} up to {line['to']}")
        stays = self._stays.get((person, circle), [])
        if not stays:
            return self._fault("seen without right", f"{person} was told numbers of {circle}")
        for seq, kind, subject, word in line["items"]:
            if kind == "post.written":
                self._word(subject, word)
            if kind == "void" and not all(stay.whole for stay in stays):
                continue
            if kind in {"member.joined", "member.left"} and _STANDING[stays[0].role] == "care_team":
                self._moves[circle, kind, subject] = sorted({*self._moves[circle, kind, subject], seq})
            before = self._order.setdefault((circle, _STANDING[stays[0].role], seq), (kind, subject))
            if before != (kind, subject):
                self._fault("reordered", f"number {seq} of {circle} is {before} to one and {(kind, subject)} to {person}")
        return None

    def _word(self, post: str, word: str | None) -> None:
        if word is None:
            self._fault("unexpected", f"the post {post} holds no word that was sent")
        elif word in self._posts:
            self._words[word].add(post)

    # at the end

    def _whole(self, line: Line) -> None:
        have, stay = self._have[line["o"], line["c"]], self._stays[line["o"], line["c"]][0]
        if missing := sorted(set(range(1, line["head"] + 1)) - have):
            self._fault("lost", f"the sockets of {line['o']} in {line['c']} never brought {missing[:10]} of {line['head']}")
        self._complete(line, stay, self._had[line["o"], line["c"]], "on the socket")

    def _end(self, line: Line) -> None:
        stay = self._stays[line["o"], line["c"]][0]
        numbers = [seq for seq, _post, _word in line["posts"]]
        if numbers != sorted(set(numbers)):
            self._fault("reordered", f"GET posts of {line['o']} in {line['c']} is not in the order of its numbers")
        standing = _STANDING[stay.role]
        for seq, post, word in line["posts"]:
            self._word(post, word)
            if self._order.get((line["c"], standing, seq), ("post.written", post)) != ("post.written", post):
                self._fault("reordered", f"{seq} of {line['c']} is {post} by GET posts, and something else in the feed")
        words = [word for _seq, _post, word in line["posts"]]
        for word, times in Counter(words).items():
            if times > 1:
                self._fault("doubled", f"{word} is {times} posts of {line['c']} to {line['o']}")
        self._complete(line, stay, set(words), "in GET posts")

    def _complete(self, line: Line, stay: Stay, words: set[str], where: str) -> None:
        for post in self._of[line["c"]]:
            if post.answered < math.inf and reads(stay.role, post.audience) and post.word not in words:
                self._fault("lost", f"{post.word}, answered at {post.answered}, is not {where} of {line['o']} in {line['c']}")

    def verdict(self) -> Verdict:
        """After the last line."""
        for key, ids in self._keys.items():
            if len(ids) > 1:
                self._fault("doubled", f"the key {key} is the posts {sorted(ids)}")
        for word, ids in self._words.items():
            known = ids | self._posts[word].ids
            if len(known) > 1:
                self._fault("doubled", f"{word} is the posts {sorted(known)}")
        for post in self._posts.values():
            self._outcome(post)
        care = {(circle, post): seq for (circle, standing, seq), (kind, post) in self._order.items()
                if standing == "care_team" and kind == "post.written"}  # fmt: skip
        self._compare_orders(care)
        for (person, circle), words in self._guests.items():
            self._compare_stays(person, circle, words, care)
        return self.told

    def _outcome(self, post: Post) -> None:
        if post.answered < math.inf:
            self.told.counts["answered"] += 1
        elif not post.refused:
            self._fault("never answered", f"{post.word} of {post.author}, sent at {post.sent}")
        else:
            status, at = post.refused[-1]
            stays = self._stays.get((post.author, post.circle), [])
            if any(stay.sure_since <= post.sent and at <= stay.sure_until for stay in stays):
                self._fault("refused", f"{post.word} of {post.author}, who was inside, with {status}")

    def _compare_orders(self, care: dict[tuple[str, str | None], int]) -> None:
        """Every standing has the posts in the order in which the care team, who read everything, have them."""
        others: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for (circle, standing, seq), (kind, post) in self._order.items():
            if standing != "care_team" and kind == "post.written" and post is not None:
                others[circle, standing].append((seq, post))
        for (circle, standing), numbered in others.items():
            places = [care[circle, post] for _seq, post in sorted(numbered) if (circle, post) in care]
            if places != sorted(places):
                self._fault("reordered", f"{standing} of {circle} have another order than the care team")

    def _compare_stays(self, person: str, circle: str, words: dict[str, float], care: dict[tuple[str, str | None], int]) -> None:
        """By the numbers of the feed, which know more than clocks: what was seen lies before the end of a stay, or after its beginning."""
        times: list[tuple[Stay, int, float]] = []
        met: Counter[str] = Counter()
        for stay in self._stays[person, circle]:
            joins, ends = (self._moves[circle, kind, stay.member] for kind in ("member.joined", "member.left"))
            turn, met[stay.member] = met[stay.member], met[stay.member] + 1
            if stay.sure_since < math.inf and (len(joins) <= turn or (stay.ended < math.inf and len(ends) <= turn)):
                self._fault("lost", f"the feed of {circle} does not tell when {person} came and went")
                return
            end = ends[turn] if len(ends) > turn else math.inf
            times.append((stay, 0 if stay.whole or len(joins) <= turn else joins[turn], end))
        for word, came in words.items():
            for post in self._words[word]:
                number = care.get((circle, post))
                if number and not any(stay.since <= came and first <= number < end for stay, first, end in times):
                    self._fault("seen without right", f"{person}, {word}: number {number} of {circle}, outside every stay")


def judge(lines: Iterable[Line]) -> Verdict:
    """What is to be said of a whole history."""
    checker = Checker()
    for line in lines:
        checker.read(line)
    return checker.verdict()
