"""Whatever a file is refused for, its author reads a sentence of three parts: what happened, what is safe, what to do."""
import pytest
from django.utils.translation import override

from media.errors import SENTENCES, reason


@pytest.mark.parametrize(("language", "safe"), [("en", "Your text is safe."), ("fr", "Votre texte est conservé.")])
@pytest.mark.parametrize("code", SENTENCES)
def test_each_code_has_its_sentence_in_both_languages(code: str, language: str, safe: str) -> None:
    with override(language):
        happened, _, to_do = reason(code).partition(safe)
    assert happened
    assert to_do
