"""What a refusal says, in words that tell what to do next."""
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SENTENCES: dict[str, Promise] = {
    "role": _("Your role in this circle does not do this."),
    "audience": _("You can write only for those whose messages you read yourself."),
    "not_author": _("Only its author can do this."),
    "not_owner": _("Only the person who has this can do it."),
    "glass": _("You came in by force of an emergency: you read here, and write for the care team."),
    "circle_frozen": _("This circle is frozen: it can be read, and only its coordinator writes."),
    "circle_closed": _("This circle is closed: it can be read, and nobody writes."),
    "circle_deceased": _("This circle is closed since the death: it can be read, and nobody writes."),
    "circle_erased": _("This circle has been erased."),
    "day_over": _("The death was declared more than a day ago: only the coordinator takes that back."),
    "last_care_member": _("You are the last of the care team here. Admit somebody before you leave."),
    "unconfirmed": _("Your profession is not confirmed yet. Your structure's administrator can do it."),
}


def refusal(reason: str) -> Promise | str:
    """The sentence for a reason of the policy."""
    return _SENTENCES.get(reason, _("You can't do this here."))
