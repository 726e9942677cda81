"""The whole matrix over a running server: relation × audience × state × kind of thing × act × way, against the contract's tables.

An answer for many posts at once is a cell for each of them. What somebody may not see must look, byte for byte, as if it did not exist.
"""
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from tests.circles import oracle
from tests.contract.cast import AUDIENCES, ROLES
from tests.contract.client import Answer, Line
from tests.contract.crowd import EVERYBODY, INSIDE, OUTSIDE, READERS, WORD, Circle, Crowd, Question, Relation, Written, gather
from tests.contract.filing import CONTENT, NAMED, PREVIEW, SAID, File
from tests.contract.running import Server
from tests.contract.wire import Wire

Cell = tuple[str, Any, Any]  # what was asked, what came, what the contract says
BROKEN = b"{"  # a body that nobody can read: who may do it is told so, who may not is refused before
MAY = {200, 201, 204, 409, 415, 422}  # done, or told what is wrong with what was asked


@pytest.fixture(scope="module")
def crowd(server: Server, line: Line) -> Crowd:
    """Everybody around four circles."""
    return gather(server, line)


def shown(post: dict[str, Any] | None) -> str:
    """How much of a post is there."""
    return "hidden" if post is None else "words" if post["text"] else "blank"


def expected(who: Relation, post: Written) -> str:
    """How much of it the contract shows."""
    if not post.seen_by(who):
        return "hidden"
    return "blank" if post.kind == "retracted" else "words"


def about_posts(way: str, circle: Circle, who: Relation, found: dict[str, Any]) -> Iterator[Cell]:
    """A cell for each post, and for each reply one about what it quotes."""
    for post in circle.posts:
        name = f"{way} {circle.state} {who.name} {post.audience} {post.kind} {post.era}"
        yield name, shown(found.get(post.id)), expected(who, post)
        if post.id in found:
            yield f"{name} files", [medium["id"] for medium in found[post.id]["media"]], circle.carried(post)
        if post.kind == "reply" and post.id in found:
            yield f"{name} quote", bool(found[post.id]["reply_to"]), not (who.from_now and post.answers == 1)


def read_by(crowd: Crowd, way: str, path: str, method: str = "GET", body: Any = None) -> Iterator[tuple[Circle, Relation, Answer | None]]:
    """(circle, who, the answer; None where it is that of nothing) for everybody in every circle. Outsiders must get nothing."""
    questions = [Question(who, method, path.format(circle.id), body) for circle in crowd.circles for who in EVERYBODY]
    places = [circle for circle in crowd.circles for _who in EVERYBODY]
    for circle, (question, answer) in zip(places, crowd.ask(questions), strict=True):
        yield circle, question.who, None if crowd.is_nothing(question.who, answer) else answer


def lists(crowd: Crowd) -> Iterator[Cell]:
    """`GET …/posts`."""
    for circle, who, answer in read_by(crowd, "list", "circles/{}/posts?limit=500"):
        found = {post["id"]: post for post in answer.body["items"]} if answer else {}
        yield from about_posts("list", circle, who, found)


def changes(crowd: Crowd) -> Iterator[Cell]:
    """`GET …/changes`, of which the newest telling of each post counts."""
    for circle, who, answer in read_by(crowd, "changes", "circles/{}/changes?after=0&limit=500"):
        items = answer.body["items"] if answer else []
        yield from about_posts("changes", circle, who, {item["post"]["id"]: item["post"] for item in items if "post" in item})
        ready = {item["media"]["id"]: item["post_id"] for item in items if item["kind"] == "media.ready"}
        for file in circle.files:
            told = file.post.id if file.post and file.post.kind != "retracted" and file.post.seen_by(who) else None
            yield f"changes {circle.state} {who.name} {file.kind}", ready.get(file.id), told
        numbers = [item["seq"] for item in items]
        if answer:
            first = answer.body["from"]
            yield f"changes {circle.state} {who.name} numbers", numbers, list(range(first, first + len(numbers)))


def searches(crowd: Crowd) -> Iterator[Cell]:
    """`POST …/search`: what is retracted has no words."""
    for circle, who, answer in read_by(crowd, "search", "circles/{}/search", "POST", {"q": WORD, "limit": 500}):
        found = {post["id"] for post in answer.body["items"]} if answer else set()
        for post in circle.posts:
            name = f"search {circle.state} {who.name} {post.audience} {post.kind} {post.era}"
            yield name, post.id in found, expected(who, post) == "words"


def singles(crowd: Crowd) -> Iterator[Cell]:
    """`GET posts/{id}`, with who has read it: only whose standing does."""
    every = [(circle, post) for circle in crowd.circles for post in circle.posts if circle.state in {"active", "closed"}]
    picked = [(circle, post) for circle, post in every if post.kind == "info" or (post.era == 2 and post.kind in {"reply", "retracted"})]
    asked = [(circle, post, who) for circle, post in picked for who in EVERYBODY]
    answers = crowd.ask(Question(who, "GET", f"posts/{post.id}") for _circle, post, who in asked)
    for (circle, post, who), (_question, answer) in zip(asked, answers, strict=True):
        name = f"single {circle.state} {who.name} {post.audience} {post.kind} {post.era}"
        found = None if crowd.is_nothing(who, answer) else answer.body
        yield name, shown(found), expected(who, post)
        if found:
            names = {seat: key for key, seat in circle.seats.items()}
            readers = {names[receipt["member"]] for receipt in found["receipts"]}
            said = {reader for reader in READERS if oracle.reads(reader, post.audience) and post.kind != "retracted"}
            yield f"{name} receipts", readers & READERS, said  # what was withdrawn before they came has not been read


def sockets(crowd: Crowd) -> Iterator[Cell]:
    """`watch` from the beginning, `typing` for each audience, `read`."""
    for who in EVERYBODY:
        with Wire(crowd.people[who.name]) as wire:
            if who.name == "nobody":
                yield "socket of nobody", wire.close_code, 4401
                continue
            for circle in crowd.circles:
                yield from _on_the_socket(wire, circle, who)


def _on_the_socket(wire: Wire, circle: Circle, who: Relation) -> Iterator[Cell]:
    answer = wire.watch(circle.id, after=0)
    found: dict[str, Any] = {}
    if who.role:
        wire.first(lambda frame: frame.get("event") == "items" and frame["circle"] == circle.id and frame["to"] >= answer["head"])
        found = {item["post"]["id"]: item["post"] for item in wire.items(circle.id) if "post" in item}
    yield f"watch {circle.state} {who.name}", answer.get("error", {}).get("code", ""), "" if who.role else "http.not_found"
    yield from about_posts("socket", circle, who, found)
    read = wire.ask(op="read", circle=circle.id, seq=0)
    yield f"read {circle.state} {who.name}", read.get("error", {}).get("code", ""), "" if who.role else "http.not_found"
    for audience in AUDIENCES:
        typed = wire.ask(op="typing", circle=circle.id, audience=audience)
        may = oracle.reads(who.role, audience, who.standing) if who.role else False
        told = "" if may else "live.bad_audience" if who.role else "http.not_found"
        yield f"typing {circle.state} {who.name} {audience}", typed.get("error", {}).get("code", ""), told


def mine(crowd: Crowd) -> Iterator[Cell]:
    """`GET circles`: which, and what waits there."""
    for question, answer in crowd.ask(Question(who, "GET", "circles?limit=500") for who in EVERYBODY):
        who = question.who
        listed = {circle["id"]: circle for circle in answer.body["items"]} if answer.status == 200 else {}
        for circle in crowd.circles:
            there = listed.get(circle.id)
            yield f"circles {circle.state} {who.name}", there is not None, bool(who.role)
            if there and who.role:
                seen = [post for post in circle.posts if post.seen_by(who)]
                unread = 0 if who.name in READERS or who.name == "gp" else len([post for post in seen if post.kind != "retracted"])
                yield f"unread {circle.state} {who.name}", there["unread"], unread
                yield f"alerts {circle.state} {who.name}", there["open_alerts"], len([post for post in seen if post.kind == "urgent"])


def trails(crowd: Crowd) -> Iterator[Cell]:
    """`GET …/accesses`: the whole, or one's own."""
    own = {name: person.get("me").body["id"] for name, person in crowd.people.items() if name != "nobody"}
    for circle, who, answer in read_by(crowd, "trail", "circles/{}/accesses?limit=500"):
        lines = answer.body["items"] if answer else []
        others = [line for line in lines if not line["person"] or line["person"]["id"] != own[who.name]]
        yield f"trail {circle.state} {who.name}", answer is not None, bool(who.role)
        yield f"trail {circle.state} {who.name} others'", bool(others), who.role in oracle.WHOLE_TRAIL


def verdict(crowd: Crowd, who: Relation, answer: Answer) -> str:
    """"nothing", "refused", or "may": told what is wrong with what was asked, or done."""
    if crowd.is_nothing(who, answer):
        return "nothing"
    return "refused" if answer.status == 403 else "may" if answer.status in MAY else f"{answer.status}"


def meant(
    who: Relation, circle: Circle, act: str, audience: str | None = None, *,
    other: str | None = None, own: bool = False, owner: bool = False,
) -> str:  # fmt: skip
    """The contract's word."""
    if not who.role:
        return "nothing"
    said = oracle.allowed(who.role, act, circle.state, audience, other, own, owner, standing=who.standing)
    return "may" if said else "refused"


SIMPLE = [
    ("read", "GET", "circles/{}", None),
    ("read", "GET", "circles/{}/consents", None),
    ("read", "GET", "circles/{}/contacts", None),
    ("read", "GET", "circles/{}/guardians", None),
    ("see_oppositions", "GET", "circles/{}/oppositions", None),
    ("mark_read", "PUT", "circles/{}/read", {"seq": 2**50}),
    ("search", "POST", "circles/{}/search", BROKEN),
    ("set_state", "PUT", "circles/{}/state", BROKEN),
    ("read", "GET", "circles/{}/ladder", None),
    ("set_ladder", "PUT", "circles/{}/ladder", BROKEN),
    ("consent", "POST", "circles/{}/consents", BROKEN),
    ("oppose", "POST", "circles/{}/oppositions", BROKEN),
    ("name_guardian", "POST", "circles/{}/guardians", BROKEN),
    ("keep_contacts", "POST", "circles/{}/contacts", BROKEN),
    ("admit", "POST", "circles/{}/members", BROKEN),
    ("admit", "POST", "circles/{}/invitations", BROKEN),
    ("upload", "POST", "circles/{}/media", BROKEN),
    ("see_media", "GET", "circles/{}/transcriptions", None),
]


def acts_on_the_circle(crowd: Crowd) -> Iterator[Cell]:
    """What the role and the state decide."""
    for act, method, path, body in SIMPLE:
        asked = [(circle, who) for circle in crowd.circles for who in EVERYBODY]
        answers = crowd.ask(Question(who, method, path.format(circle.id), body) for circle, who in asked)
        for (circle, who), (_question, answer) in zip(asked, answers, strict=True):
            yield f"{method} {path} {circle.state} {who.name}", verdict(crowd, who, answer), meant(who, circle, act)


def writing(crowd: Crowd) -> Iterator[Cell]:
    """`POST …/posts` without words, urgent and not: who may write is told that words are missing."""
    everything = product(crowd.circles, EVERYBODY, AUDIENCES, ("info", "urgent"))
    asked = [one for one in everything if one[3] == "info" or one[0].state == "active"]
    answers = crowd.ask(
        Question(who, "POST", f"circles/{circle.id}/posts", {"text": "", "audience": audience, "urgency": urgency})
        for circle, who, audience, urgency in asked
    )
    for (circle, who, audience, urgency), (_question, answer) in zip(asked, answers, strict=True):
        name = f"post {circle.state} {who.name} {audience} {urgency}"
        yield name, verdict(crowd, who, answer), meant(who, circle, "post", audience)


AMENDING = [
    ("correct", "POST", "posts/{}/corrections", BROKEN),
    ("retract", "POST", "posts/{}/retraction", BROKEN),
    ("hand_back", "DELETE", "posts/{}/acknowledgement", BROKEN),
    ("take", "POST", "posts/{}/acknowledgement", None),
    ("complete", "POST", "posts/{}/completion", None),
]


def acts_on_posts(crowd: Crowd) -> Iterator[Cell]:
    """On what the general practitioner wrote and somebody has taken; what it ends, the owner's completion, comes last."""
    taken = [(circle, post) for circle in crowd.circles for post in circle.posts if post.kind == "taken" and post.era == 2]
    taken = [(circle, post) for circle, post in taken if circle.state in {"active", "frozen"} or post.audience in {"wider_team", "circle"}]
    for act, method, path, body in AMENDING:
        others = [who for who in EVERYBODY if who.name != "taker"]
        everybody = [*others, *(who for who in EVERYBODY if who.name == "taker")]
        asked = [(who, circle, post) for who in everybody for circle, post in taken]
        answers = crowd.ask(Question(who, method, path.format(post.id), body) for who, circle, post in asked)
        for (who, circle, post), (_question, answer) in zip(asked, answers, strict=True):
            own, owner = who.name == "gp", who.name == "taker"
            said = meant(who, circle, act, post.audience, own=own, owner=owner)
            said = said if post.seen_by(who) else "nothing"
            yield f"{act} {circle.state} {who.name} {post.audience}", verdict(crowd, who, answer), said


def about_roles(crowd: Crowd) -> list[tuple[Circle, Relation, str]]:
    """Everybody and each role in the active circle, a few roles in the others; from outside one role is as good as all."""
    some = {"active": ROLES}
    everything = [(circle, who, role) for circle in crowd.circles for who in EVERYBODY for role in some.get(circle.state, _SOME)]
    return [(circle, who, role) for circle, who, role in everything if who.role or role == "relative"]


_SOME = ("gp", "home_help", "patient", "relative")


def admitting(crowd: Crowd) -> Iterator[Cell]:
    """Somebody who does not exist, in each role: who may admit that role is told so."""
    asked = about_roles(crowd)
    answers = crowd.ask(
        Question(who, "POST", f"circles/{circle.id}/members", {"person": str(uuid.uuid4()), "role": role, "history": "all"})
        for circle, who, role in asked
    )
    for (circle, who, role), (_question, answer) in zip(asked, answers, strict=True):
        yield f"admit {circle.state} {who.name} {role}", verdict(crowd, who, answer), meant(who, circle, "admit", other=role)


def ending(crowd: Crowd) -> Iterator[Cell]:
    """Each member by each, one's own included."""
    asked = about_roles(crowd)
    answers = crowd.ask(Question(who, "DELETE", f"circles/{circle.id}/members/{circle.seats[role]}", BROKEN) for circle, who, role in asked)
    for (circle, who, role), (_question, answer) in zip(asked, answers, strict=True):
        said = meant(who, circle, "end_membership", other=role, own=who.name == role)
        yield f"end {circle.state} {who.name} {role}", verdict(crowd, who, answer), said


def every_route(crowd: Crowd) -> Iterator[Cell]:
    """Whatever route there is about a circle or a post: from outside there is nothing behind it."""
    paths = crowd.people["gp"].get("openapi.json").body["paths"]
    circle = crowd.circles[0]
    post = next(post.id for post in circle.posts if post.audience == "circle")
    file = next(file.id for file in circle.files if file.post and file.post.audience == "circle")
    for path, methods in paths.items():
        if re.search(r"{(circle|post|medium)_id}", path):
            known = path.removeprefix("/api/v1/").replace("{circle_id}", circle.id).replace("{post_id}", post)
            known = known.replace("{medium_id}", file)
            filled = re.sub(r"{\w+}", circle.seats["relative"], known)
            asked = [Question(who, method.upper(), filled, None if method == "get" else {}) for method in methods for who in OUTSIDE]
            for question, answer in crowd.ask(asked):
                yield f"{question.method} {path} {question.who.name}", verdict(crowd, question.who, answer), "nothing"


def _in(page: bytes) -> bool:
    return WORD.encode() in page or b"Durand" in page or b"DURAND" in page


_HOUSE = (
    "structures/{practice}/people", "structures/{practice}/numbers", "structures/{practice}/settings", "operator/", "operator/health",
    "operator/structures/{practice}", "me", "", "new", "todo", "admin/",
)  # fmt: skip


def administration(crowd: Crowd) -> Iterator[Cell]:
    """Who administers or operates sees no patient, whatever page it is, Django's own administration included."""
    for name in ("administrator", "operator"):
        cookie = {"Cookie": f"cercle={crowd.people[name].token}"}
        for path in _HOUSE:
            answer = crowd.line.send("GET", "/" + path.format(practice=crowd.practice), headers=cookie)
            yield f"{name} /{path}", (_in(answer.raw), answer.status in {200, 302, 404}), (False, True)


PAGES = ("circles/{}", "circles/{}/people", "circles/{}/accesses", "circles/{}/accesses.pdf", "portal/patients/{}")


def pages(crowd: Crowd) -> Iterator[Cell]:
    """The pages of a circle, by the cookie of a browser. Nobody is sent to the sign-in."""
    for who in EVERYBODY:
        for circle in crowd.circles:
            for path in PAGES:
                cookie = {"Cookie": f"cercle={crowd.people[who.name].token}"}
                answer = crowd.line.send("GET", "/" + path.format(circle.id), headers=cookie)
                said = 302 if who.name == "nobody" else 200 if who.role else 404
                yield f"page {path} {circle.state} {who.name}", answer.status, said


FILES = [("content", "GET", "media/{}", "", 200), ("range", "GET", "media/{}", "bytes=2-5", 206), ("head", "HEAD", "media/{}", "", 200),
         ("preview", "GET", "media/{}/thumbnail", "", 200), ("described", "GET", "circles/{circle}/media/{}", "", 200)]  # fmt: skip


def files(crowd: Crowd) -> Iterator[Cell]:
    """Every file's content; of some a range of it, its length, its preview, what is known of it. Who may not see it gets nothing."""
    every = [(circle, file) for circle in crowd.circles for file in circle.files]
    some = [(circle, file) for circle, file in every if circle.state == "active" and (not file.post or file.post.kind in _TELLING)]
    for way, method, path, part, status in FILES:
        asked = [(circle, file, who) for circle, file in (every if way == "content" else some) for who in EVERYBODY]
        questions = [Question(who, method, path.format(file.id, circle=circle.id), range=part) for circle, file, who in asked]
        for (circle, file, who), (_question, answer) in zip(asked, crowd.ask(questions), strict=True):
            name = f"{way} {circle.state} {who.name} {file.kind} {file.post}"
            came = None if crowd.is_nothing(who, answer) else answer.status
            yield name, came, status if file.seen_by(who) else None
            if came and way in SENT:
                yield f"{name} bytes", answer.raw, SENT[way]


_TELLING = {"retracted", "voice"}
SENT = {"content": CONTENT, "range": CONTENT[2:6], "head": b"", "preview": PREVIEW}


def hits_in_files(crowd: Crowd) -> Iterator[Cell]:
    """`POST …/search` by the name of a file, and by what a note says."""
    for word in (NAMED, SAID):
        for circle, who, answer in read_by(crowd, "search", "circles/{}/search", "POST", {"q": word, "limit": 500}):
            found = {post["id"] for post in answer.body["items"]} if answer else set()
            posted = [(file, file.post) for file in circle.files if file.post]
            for file, post in posted:
                meant_to = expected(who, post) == "words" and (word == NAMED or file.kind == "voice")
                yield f"search {word} {circle.state} {who.name} {post}", post.id in found, meant_to


def albums(crowd: Crowd) -> Iterator[Cell]:
    """`GET …/media`: what visible posts carry, and nothing else."""
    for circle, who, answer in read_by(crowd, "album", "circles/{}/media?limit=500"):
        found = {item["id"] for item in answer.body["items"]} if answer else set()
        for file in circle.files:
            shown_there = bool(file.post and file.post.kind != "retracted" and file.post.seen_by(who))
            yield f"album {circle.state} {who.name} {file.kind} {file.post}", file.id in found, shown_there


def acts_on_notes(crowd: Crowd) -> Iterator[Cell]:
    """Writing a voice note down, hearing it, who has heard it, and asking somebody; what changes something comes last."""
    notes = [(circle, file) for circle in crowd.circles for file in circle.files if file.kind == "voice"]
    for act, method, path, body in NOTES:
        of_this = [(circle, file) for circle, file in notes if circle.state == "active" or act in oracle.WRITES or act == "listen"]
        asked = [(circle, file, who) for circle, file in of_this for who in EVERYBODY]
        answers = crowd.ask(Question(who, method, path.format(file.id), body) for circle, file, who in asked)
        for (circle, file, who), (_question, answer) in zip(asked, answers, strict=True):
            may = _may(act, circle, file, who)
            said = "nothing" if not file.seen_by(who) else "may" if may else "refused"
            yield f"{act} {circle.state} {who.name} {file.post}", verdict(crowd, who, answer), said


NOTES = [
    ("transcribe", "PUT", "media/{}/transcript", BROKEN),
    ("ask_transcription", "POST", "media/{}/transcribers", BROKEN),
    ("see_media", "GET", "media/{}/listening", None),
    ("listen", "POST", "media/{}/listening", None),
]


def _may(act: str, circle: Circle, file: File, who: Relation) -> bool:
    """The contract's word on a file that somebody sees."""
    own = who.name == "gp"
    asked = file.asked and who.name == "secretary"
    return bool(who.role) and oracle.allowed(who.role, act, circle.state, None, None, own, asked)


READING = [lists, changes, searches, singles, sockets, mine, trails, pages, files, albums, hits_in_files]
WAYS = [*READING, acts_on_the_circle, writing, admitting, ending, every_route, administration, acts_on_posts, acts_on_notes]


def test_every_cell_is_as_the_contract_says(crowd: Crowd) -> None:
    counted, wrong = Counter[str](), list[Cell]()
    for way in WAYS:
        for name, came, said in way(crowd):
            counted[way.__name__] += 1
            if came != said:
                wrong.append((name, came, said))
    print(f"{counted.total()} cells: {dict(counted)}")
    assert Counter(name.split()[0] for name, _came, _said in wrong) == {}, wrong[:: len(wrong) // 40 + 1]
    assert counted.total() >= 10_000
    assert len(INSIDE) + len(OUTSIDE) == len(EVERYBODY) == 30
