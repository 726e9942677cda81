"""How a file is turned away in here: by a code that the house has a sentence for."""


class Refusal(Exception):
    """The file is not taken; `code` is dotted and stable, as `media.too_many_pixels`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
