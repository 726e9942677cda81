"""How passwords are kept."""
from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with the parameters that OWASP recommends: 19 MiB, two passes, one lane.

    Django's own (100 MiB, eight lanes) would let two hundred people who sign in within a minute fill a small machine.
    """

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
