"""Changes a desk's team list beside the service: takes orders on standard input, answers each when it is committed."""

import json
import sys
import uuid

import django


def main() -> None:
    django.setup()
    from people.accounts.models import Person
    from people.accounts.teams import join_team, leave_team
    from people.circles.access import enter
    from people.circles.enums import Role
    from people.circles.services import Admission
    from people.circles.teams import seat_structure

    for line in sys.stdin:
        order = json.loads(line)
        ids = {key: uuid.UUID(value) for key, value in order["ids"].items()}
        nurse, desk = Person.objects.get(pk=ids["desk_nurse"]), ids["desk"]
        if order["act"] == "seat":
            gp = Person.objects.get(pk=ids["desk_gp"])
            for key, circle in ids.items():
                if key[4:].isdigit():
                    seat_structure(enter(gp, circle), structure=desk, admission=Admission(Role.COORDINATOR))
        elif order["act"] == "join":
            join_team(person=nurse, structure=desk)
        else:
            leave_team(person=nurse, structure=desk)
        print("done", flush=True)


if __name__ == "__main__":
    main()
