"""How often something repeats, in words."""
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from care.tasks.models import Task
from portal.templatetags.times import local

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def repeat_words(task: Task) -> str:
    """ "every Monday", "7 days after each time"; "" for what is done once."""
    if not task.repeat:
        return ""
    if days := task.repeat.get("after_days"):
        return ngettext("%(n)s day after each time", "%(n)s days after each time", days) % {"n": days}
    said = dict(part.split("=") for part in task.repeat["rule"].split(";"))
    often, every = said["FREQ"], int(said.get("INTERVAL", 1))
    begins = local(task.begins_at, task.circle.zone) if task.begins_at else None
    day = dateformat.format(begins, "l") if begins and said.get("BYDAY", _DAYS[begins.weekday()]) == _DAYS[begins.weekday()] else ""
    if often == "WEEKLY" and day:
        return _("every %(day)s") % {"day": day} if every == 1 else _("every %(n)s weeks, on %(day)s") % {"n": every, "day": day}
    if every > 1:
        return _("repeats")
    return {"DAILY": _("every day"), "WEEKLY": _("every week"), "MONTHLY": _("every month"), "YEARLY": _("every year")}[often]
