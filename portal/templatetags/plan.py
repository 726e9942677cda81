"""Words of the plan's pages."""
from django import template

from care.tasks.enums import TaskState
from people.circles.models import Membership
from people.circles.words import titled, trade

register = template.Library()


@register.filter
def member_named(member: Membership) -> str:
    """A member by name and trade: Dr Hélène Castets, médecin traitante. Needs the person."""
    return f"{titled(member.person, member.role)}, {trade(member.person, member.role)}"


@register.filter
def task_state(state: str) -> str:
    """How a task fares, in a word."""
    return str(TaskState(state).label)
