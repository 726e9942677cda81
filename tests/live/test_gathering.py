"""What is asked together is answered to each, in the order of asking; what fails is told to who asked, and to nobody else."""
import asyncio
from collections.abc import Sequence

from messaging.live.gathering import Gathered


def test_each_gets_its_own_answer_and_a_crowd_goes_in_few_rounds() -> None:
    rounds: list[int] = []

    def answer(asked: Sequence[int]) -> list[int | Exception]:
        rounds.append(len(asked))
        return [ValueError(number) if number % 7 == 0 else number * 2 for number in asked]

    async def crowd() -> list[int | Exception]:
        gathered: Gathered[int, int] = Gathered(answer)
        return list(await asyncio.gather(*[gathered.ask(number) for number in range(200)]))

    answers = asyncio.run(crowd())
    assert [type(got) for got in answers] == [ValueError if number % 7 == 0 else int for number in range(200)]
    assert [got for got in answers if isinstance(got, int)] == [number * 2 for number in range(200) if number % 7]
    assert sum(rounds) == 200
    assert len(rounds) < 10


def test_a_round_that_fails_as_a_whole_is_told_to_all_and_the_next_is_none_the_worse() -> None:
    def answer(asked: Sequence[int]) -> list[int | Exception]:
        if 0 in asked:
            raise OSError("away")
        return list(asked)

    async def two() -> list[int | Exception]:
        gathered: Gathered[int, int] = Gathered(answer)
        first = await gathered.ask(0)
        return [first, await gathered.ask(1)]

    failed, fine = asyncio.run(two())
    assert isinstance(failed, OSError)
    assert fine == 1
