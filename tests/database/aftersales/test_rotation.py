"""D18's turn-taking against a slow model, and with several dispatchers at once."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.aftersales.rotation import Candidate, Turn, take_turn
from app.db import Database

_pools = itertools.count(1)
_REASONS = ("skill", "not_back", "leave", "certificate")
_IDS = st.integers(min_value=1, max_value=9)
# One round: who stands in the list, and who of them must be skipped, and why.
_ROUND = st.tuples(st.sets(_IDS), st.dictionaries(_IDS, st.sampled_from(_REASONS)))


class Slow:
    """Walks from door to door behind the last one who got a job, once round the house."""

    def __init__(self) -> None:
        self.last = 0
        self.round = 0

    def turn(self, people: set[int], skipped: dict[int, str]) -> tuple[int | None, list[tuple[int, str | None, int]]]:
        self.round += 1
        said: list[tuple[int, str | None, int]] = []
        door = self.last
        for _ in range(10):
            door = door + 1 if door < 9 else 0
            if door not in people:
                continue
            said.append((door, skipped.get(door), self.round))
            if door not in skipped:
                self.last = door
                return door, said
        return None, said


def candidates(ids: set[int]) -> list[Candidate]:
    return [Candidate(number, f"engineer_{number}") for number in ids]


def nobody_skipped(_: Candidate) -> None:
    return None


def turn(
    database: Database, pool: str, ids: set[int], reason: Callable[[Candidate], str | None] = nobody_skipped
) -> tuple[int | None, list[Turn]]:
    with database.transaction() as tx:
        chosen, turns = take_turn(tx, pool, candidates(ids), reason)
    return chosen.user_id if chosen else None, turns


class TestAgainstASlowModel:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(rounds=st.lists(_ROUND, max_size=12))
    def test_the_same_people_get_the_jobs_and_the_same_decisions_are_written(
        self, database: Database, rounds: list[tuple[set[int], dict[int, str]]]
    ) -> None:
        slow, pool = Slow(), f"pool-{next(_pools)}"
        for people, skipped in rounds:
            chosen, turns = turn(database, pool, people, lambda one, skipped=skipped: skipped.get(one.user_id))
            wanted, said = slow.turn(people, skipped)
            assert chosen == wanted
            assert [(each.candidate, each.skip_reason, each.round) for each in turns] == [
                (f"engineer_{number}", reason, rounds_so_far) for number, reason, rounds_so_far in said
            ]
            assert [each.decision for each in turns] == [
                "assigned" if each.skip_reason is None else "skipped" for each in turns
            ]


class TestFairness:
    @pytest.mark.parametrize("people", [1, 2, 5])
    def test_without_skips_everybody_gets_as_many_jobs(self, database: Database, people: int) -> None:
        ids = set(range(1, people + 1))
        given = Counter(turn(database, "O1/service/body", ids)[0] for _ in range(people * 3))
        assert given == dict.fromkeys(ids, 3)

    def test_whoever_was_skipped_gets_no_turn_in_return(self, database: Database) -> None:
        ids = {1, 2, 3}
        assert turn(database, "pool", ids, lambda one: "leave" if one.user_id == 1 else None)[0] == 2
        assert [turn(database, "pool", ids)[0] for _ in range(6)] == [3, 1, 2, 3, 1, 2]

    def test_pools_do_not_know_of_each_other(self, database: Database) -> None:
        given = [turn(database, pool, {1, 2})[0] for pool in ("a", "b", "a", "b")]
        assert given == [1, 1, 2, 2]


class TestSeveralDispatchersAtOnce:
    def test_nobody_gets_two_jobs_before_everybody_has_one(self, database: Database) -> None:
        given: list[int | None] = []
        failed: list[BaseException] = []
        begin = threading.Barrier(6)

        def dispatch() -> None:
            try:
                begin.wait(10)
                given.extend(turn(database, "O1/service/body", {1, 2, 3})[0] for _ in range(2))
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=dispatch) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failed == []
        assert Counter(given) == {1: 4, 2: 4, 3: 4}

    def test_a_dispatch_that_fails_gives_its_turn_back(self, database: Database) -> None:
        def fail(_: Candidate) -> str | None:
            raise RuntimeError("the form was refused")

        with pytest.raises(RuntimeError):
            turn(database, "pool", {1, 2}, fail)
        assert turn(database, "pool", {1, 2})[0] == 1
