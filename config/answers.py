"""The shapes of the API's answers, for its description. A client ignores members that it does not know."""
from typing import Any

from journal.enums import AlertState, PostKind, Urgency
from media.enums import MediaKind, MediaState
from notifications.enums import DeliveryState, Transport
from notifications.reach import Reached
from people.accounts.enums import Profession
from people.circles.enums import Audience, CircleState, Role, Sex
from people.duty.week import DAYS

Shape = dict[str, Any]


def _one_of(words: type[Any]) -> Shape:
    return {"type": "string", "enum": list(words.values)}


def _or_null(shape: Shape) -> Shape:
    return {"anyOf": [shape, {"type": "null"}]}


def _list(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def _ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(maybe: Shape | None = None, **always: Shape) -> Shape:
    return {"type": "object", "required": list(always), "properties": {**always, **(maybe or {})}}


TEXT: Shape = {"type": "string"}
ID: Shape = {"type": "string", "format": "uuid"}
TIME: Shape = {"type": "string", "format": "date-time"}
NUMBER: Shape = {"type": "integer", "minimum": 0}
BYTES: Shape = {"type": "string", "format": "binary"}
STATE, ROLE = _one_of(CircleState), _one_of(Role)
_PROFESSION = _or_null(_one_of(Profession))
_STRUCTURE = _object(id=ID, name=TEXT)
_PLACE = {"head": NUMBER, "epoch": TEXT}
_NEXT = _or_null({"type": "string", "description": "Opaque; to be given as `after` or `before`. Null at the end."})


_DAY = _list({"type": "array", "items": {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}, "minItems": 2, "maxItems": 2})
_WEEK = _object(weekly=_object(dict.fromkeys(DAYS, _DAY)), on_holidays={"type": "boolean"})


def _page(of: Shape, **more: Shape) -> Shape:
    return _object(items=_list(of), next=_NEXT, **more)


SCHEMAS: dict[str, Shape] = {
    "Person": _object(id=ID, name=TEXT, profession=_PROFESSION),
    "Findable": _object(id=ID, name=TEXT, profession=_PROFESSION, confirmed={"type": "boolean"}),
    "Me": _object(id=ID, name=TEXT, profession=_PROFESSION, confirmed={"type": "boolean"}, structures=_list(_STRUCTURE)),
    "Patient": _object(id=ID, name=TEXT, birth_date={"type": "string", "format": "date"}, sex=_one_of(Sex)),
    "Member": _object(
        {"phone": _or_null(TEXT), "kinship": _or_null(TEXT), "reachable": {"type": ["boolean", "null"]},
         "reach": _or_null(_ref("Reach")), "read": NUMBER,
         "person": _ref("Person"), "structure": _STRUCTURE, "via": _STRUCTURE},
        id=ID, role=ROLE, state={"enum": ["invited", "active", "ended"]}, since=_or_null(TIME), until=_or_null(TIME),
    ),
    "Reach": _object(
        state=_one_of(Reached), until=_or_null(TIME), by=_or_null(_object(member=ID, name=TEXT, role=ROLE)),
        since=_or_null({"type": "string", "format": "date"}),
    ),
    "Hours": _object(
        zone=TEXT, everywhere=_or_null(_WEEK), structures=_list({"allOf": [_WEEK, _object(structure=ID)]}),
        absences=_list(_object(since=TIME, until=TIME)), now=_object(on_duty={"type": "boolean"}, until=_or_null(TIME)),
    ),
    "ListedCircle": _object(
        id=ID, patient=_ref("Patient"), role=ROLE, state=STATE, **_PLACE, read=NUMBER, unread=NUMBER, open_alerts=NUMBER
    ),
    "Circle": _object(
        id=ID, patient=_ref("Patient"), state=STATE, **_PLACE, **{"from": NUMBER}, members=_list(_ref("Member")),
        contacts=_list(_ref("Contact")),
    ),
    "Contact": _object(
        {"gender": _or_null({"enum": ["F", "M"]})},
        id=ID, name=TEXT, role=ROLE, standing=TEXT, words=TEXT, phone=_or_null(TEXT), state={"enum": ["kept", "removed"]}, since=TIME,
    ),
    "Access": _object(
        {"structure": _STRUCTURE},
        id=ID, at=TIME, person=_or_null(_object(id=ID, name=TEXT)), role=TEXT, what=TEXT, right=TEXT,
    ),
    "Owner": _object(member=ID, name=TEXT),
    "Alert": _object(state=_one_of(AlertState), owner=_or_null(_ref("Owner")), steps=_list(_object(step=TEXT, at=TIME))),
    "Author": _object(
        {"via": _STRUCTURE, "on_behalf_of": _ref("Owner"), "source": _STRUCTURE}, member=_or_null(ID), name=TEXT, profession=_PROFESSION,
    ),
    "Quote": _object(id=ID, author=_ref("Author"), excerpt=TEXT),
    "Post": _object(
        {"alert": _ref("Alert"), "event": _or_null({"type": "object", "description": "What a hospital tells, on the reader's card."})},
        id=ID, seq=NUMBER, circle=ID, author=_ref("Author"), kind=_one_of(PostKind), text=TEXT, media=_list(_ref("Medium")),
        audience=_one_of(Audience), urgency=_one_of(Urgency), to=_list(TEXT), reply_to=_or_null(_ref("Quote")),
        written_at=TIME, received_at=TIME, corrected_at=_or_null(TIME), retracted_at=_or_null(TIME),
    ),
    "WholePost": {
        "allOf": [_ref("Post"), _object(versions=_list(_object(text=TEXT, at=TIME)), receipts=_list(_object(member=ID, at=TIME)))]
    },
    "Item": _object(
        {"post": _ref("Post"), "member": _ref("Member"), "contact": _ref("Contact"), "state": STATE,
         "media": _ref("Medium"), "post_id": ID},
        seq=NUMBER, kind=TEXT, at=TIME,
    ),
    "Medium": _object(
        {"kind": _one_of(MediaKind), "name": TEXT, "media_type": TEXT, "bytes": NUMBER, "width": NUMBER, "height": NUMBER,
         "duration": {"type": "number", "description": "Seconds."}, "pages": NUMBER, "taken_at": TIME, "caption": TEXT,
         "site": {"type": "string", "description": "A code of a place on the body."},
         "waveform": _list({"type": "integer", "minimum": 0, "maximum": 100}),
         "placeholder": {"type": "string", "description": "A picture of some 20 pixels, as a data URI."},
         "transcript": _object(text=TEXT, reviewed={"type": "boolean"}, by=_or_null(_ref("Owner"))),
         "heard_by": NUMBER, "code": {"type": "string", "description": "Why it was refused."}, "waits_for": TEXT},
        id=ID, state={"enum": ["uploading", *MediaState.values]},
    ),
    "Device": _object(
        id=ID, transport=_one_of(Transport), name=TEXT, language=TEXT, state={"enum": ["ok", "failing", "gone", "asleep"]},
        current={"type": "boolean"}, made_at=TIME, seen_at=TIME, sent_at=_or_null(TIME), shown_at=_or_null(TIME),
    ),
    "Asked": _object(member=ID, name=TEXT, since=TIME),
    "Changes": _object(after=NUMBER, to=NUMBER, **_PLACE, items=_list(_ref("Item"))),
}  # fmt: skip

# (method, path below the version) → the answer's shape
ANSWERS: dict[tuple[str, str], Shape] = {
    ("get", "me"): _ref("Me"),
    ("get", "me/seal"): _object(key=TEXT),
    ("get", "me/hours"): _ref("Hours"),
    ("put", "me/hours"): _ref("Hours"),
    ("get", "push/key"): _object(key=TEXT),
    ("get", "push/subscriptions"): _page(_ref("Device")),
    ("post", "push/subscriptions"): _ref("Device"),
    ("post", "push/subscriptions/{device_id}/test"): _object(id=ID),
    ("get", "push/deliveries/{delivery_id}"): _object(
        id=ID, state=_one_of(DeliveryState), status=TEXT, sent_at=_or_null(TIME), shown_at=_or_null(TIME)
    ),
    ("get", "people"): _page(_ref("Findable")),
    ("get", "structures"): _page(_object(id=ID, name=TEXT, kind=TEXT)),
    ("get", "circles"): _page(_ref("ListedCircle")),
    ("post", "circles"): _object(id=ID),
    ("get", "circles/{circle_id}"): _ref("Circle"),
    ("post", "circles/{circle_id}/members"): _ref("Member"),
    ("get", "circles/{circle_id}/contacts"): _page(_ref("Contact")),
    ("post", "circles/{circle_id}/contacts"): _ref("Contact"),
    ("put", "circles/{circle_id}/contacts/{contact_id}"): _ref("Contact"),
    ("put", "circles/{circle_id}/state"): _object(id=ID, state=STATE),
    ("get", "circles/{circle_id}/accesses"): _page(_ref("Access")),
    ("post", "circles/{circle_id}/posts"): _ref("Post"),
    ("get", "circles/{circle_id}/posts"): _page(_ref("Post"), **_PLACE),
    ("post", "circles/{circle_id}/search"): _page(_ref("Post")),
    ("get", "circles/{circle_id}/changes"): _ref("Changes"),
    ("put", "circles/{circle_id}/read"): _object(read=NUMBER, unread=NUMBER),
    ("get", "posts/{post_id}"): _ref("WholePost"),
    ("post", "posts/{post_id}/corrections"): _ref("Post"),
    ("post", "posts/{post_id}/retraction"): _ref("Post"),
    ("post", "posts/{post_id}/acknowledgement"): _ref("Post"),
    ("delete", "posts/{post_id}/acknowledgement"): _ref("Post"),
    ("post", "posts/{post_id}/completion"): _ref("Post"),
    ("post", "circles/{circle_id}/media"): _ref("Medium"),
    ("get", "circles/{circle_id}/media/{medium_id}"): _ref("Medium"),
    ("put", "media/{medium_id}/transcript"): _ref("Medium"),
    ("get", "media/{medium_id}/transcribers"): _page(_ref("Asked")),
    ("post", "media/{medium_id}/transcribers"): _ref("Asked"),
    ("get", "media/{medium_id}/listening"): _page(_object(member=ID, name=TEXT, at=TIME)),
    ("get", "circles/{circle_id}/transcriptions"): _page(_object(medium=_ref("Medium"), asked_by=_ref("Owner"), since=TIME)),
}

# What is answered as a file and not as JSON.
FILES: dict[tuple[str, str], str] = {("get", "media/{medium_id}"): "*/*", ("get", "media/{medium_id}/thumbnail"): "image/webp"}
