"""What a person at the terminal is told."""


class Refused(Exception):
    """It is not done; the message is a sentence that says why and, where there is something, what to do."""
