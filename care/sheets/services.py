"""Filling a sheet in and withdrawing it."""
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from care.records.services import add_record, change_record, once, under_lock
from care.sheets import errors
from care.sheets.acting import carry_out
from care.sheets.answers import plain
from care.sheets.models import Answered, FormVersion
from care.sheets.queries import Before, asks, offered_version
from care.sheets.rules import Following, following, impossible_measures, too_many_files
from care.sheets.scoring import Outcome, points_of, work_out
from care.sheets.understood import questionnaire_of
from foundation import clock
from foundation.errors import Invalid
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act


@dataclass(frozen=True)
class Checked:
    """What comes of some answers, and what would follow."""

    version: FormVersion
    outcome: Outcome
    follows: Following


def check_sheet(
    actor: Membership, *, form: UUID, answers: Mapping[str, Any], audience: Audience, media: Sequence[UUID] = ()
) -> Checked:
    """Works the answers out as `fill_sheet` will, and keeps nothing. Raises Refused, Invalid `sheets.unknown_form`."""
    version = offered_version(actor, form)
    if version is None:
        raise _unknown_form()
    questionnaire = questionnaire_of(version)
    require(actor, Act.FILL_SHEET, audience=audience, own=True, owner=asks(actor, questionnaire))
    outcome = work_out(questionnaire, answers, Before(actor, version, audience))
    follows = following(outcome, audience, get_language() or "fr", media)
    outcome.errors.update({**impossible_measures(outcome, follows), **too_many_files(outcome, follows)})
    return Checked(version, outcome, follows)


def fill_sheet(
    actor: Membership, *, key: UUID | None, form: UUID, answers: Mapping[str, Any], audience: Audience, media: Sequence[UUID] = ()
) -> tuple[Answered, bool]:
    """(the sheet, whether it is new), with all that its rules do, in one transaction.

    Raises Refused, NotFound, Invalid `sheets.unknown_form`, `sheets.wrong_answers` (a sentence per linkId), `journal.unknown_media`.
    """
    body = {"form": form, "answers": answers, "audience": audience, "media": list(media)}

    def make(feed: OpenFeed, inside: Membership) -> Answered:
        checked = check_sheet(inside, form=form, answers=answers, audience=audience, media=media)
        if checked.outcome.errors:
            raise errors.wrong_answers(checked.outcome.errors)
        return _keep(feed, inside, audience, checked)

    return once(actor, Answered, key=key, body=body, make=make)


def _keep(feed: OpenFeed, inside: Membership, audience: Audience, checked: Checked) -> Answered:
    """What follows first, so that the sheet's own line tells of it."""
    followed = carry_out(feed, inside, audience, checked.follows)
    outcome = checked.outcome
    sheet = Answered(circle=inside.circle, audience=audience, version_of=checked.version, form=checked.version.form, withdrawn_by=None)
    sheet.post, sheet.tasks, sheet.measures = followed.post, [str(one) for one in followed.tasks], [str(one) for one in followed.measures]
    sheet.keep_points(json.dumps(points_of(outcome), separators=(",", ":")))
    items = outcome.filled.form.by_id
    answers = {link: plain(values) for link, values in outcome.filled.values.items() if not items[link].formula}
    scores = {score.item.link_id: plain([score.value])[0] for score in outcome.scores}
    add_record(feed, sheet, {"answers": answers, "scores": scores}, kind=Kind.SHEET_FILLED, by=inside)
    return sheet


def withdraw_sheet(actor: Membership, *, sheet: UUID, reason: str) -> Answered:
    """Withdraws a sheet: no answer of the API holds its answers any more, the record keeps them. What had followed from it stands
    and is named, so that whoever withdraws decides about it. Raises NotFound, Refused, Conflict `sheets.withdrawn`.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, Answered, sheet)
        require(inside, Act.WITHDRAW_ENTRY, **wanted.circumstances(inside, Act.WITHDRAW_ENTRY))
        if wanted.withdrawn_at is not None:
            raise errors.withdrawn_sheet()
        wanted.withdrawn_at, wanted.withdrawn_by = clock.now(), inside
        change_record(feed, wanted, {**wanted.words(), "reason": reason}, kind=Kind.SHEET_WITHDRAWN, by=inside)
        return wanted


def _unknown_form() -> Invalid:
    sentence = _("This form is not there. Choose another one.")
    return Invalid("sheets.unknown_form", sentence, errors={"form": sentence})
