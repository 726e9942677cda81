"""What stands in the way of a closed account."""
from messaging.feed.enums import Standing
from people.accounts.models import Person
from people.circles.models import Membership
from people.circles.queries import memberships_of, others_of_care_team


def last_of_care_team(person: Person) -> list[Membership]:
    """Memberships of circles whose care team would be empty without this person."""
    inside = memberships_of(person).filter(standing=Standing.CARE_TEAM)
    return [member for member in inside if not others_of_care_team(member)]
