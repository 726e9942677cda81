"""The coarse word for a device: family and system, never a version or an address."""
import pytest

from foundation.device import LONGEST, called_from, present, word


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 10; K) (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari · Mac"),
        ("curl/8.5.0", "script"),
        ("", ""),
        ("<script>10.0.0.1 Durand</script>" * 1000, ""),
    ],
)  # fmt: skip
def test_what_is_told_of_a_browser(said: str, told: str) -> None:
    assert word(said) == told
    assert len(word(said)) <= LONGEST


def test_a_device_is_known_for_the_length_of_a_call() -> None:
    with called_from("Firefox · Linux"):
        assert present() == "Firefox · Linux"
    assert present() == ""
