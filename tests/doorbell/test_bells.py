"""A bell rings once for what is said twice, whenever it is said."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from assetgen.doorbell import CALLS, Bell, Doorbell
from assetgen.providers.callback import Call
from assetgen.providers.kie import Kie


def call(text: str = "") -> Call:
    """Return a call whose body is that text."""
    return Call((), text.encode())


async def rings(bell: Bell) -> bool:
    """Return whether a bell rings within a moment."""
    return await bell.cuts_short(asyncio.sleep(0.001))


def test_the_address_ends_with_the_token() -> None:
    doorbell = Doorbell(Kie(), "https://bell.example.com/kie/")
    assert doorbell.address("token") == "https://bell.example.com/kie/token"
    assert Doorbell().address("token") is None
    assert doorbell.find("token") is None
    assert doorbell.bell("token") is doorbell.find("token")


def test_the_same_call_rings_once() -> None:
    async def inside() -> None:
        bell = Bell()
        bell.belongs_to("job")
        for _ in range(100):
            bell.ring("job", call("a"))
        assert await rings(bell)
        bell.ring("job", call("a"))
        assert not await rings(bell)
        bell.ring("job", call("b"))
        assert await rings(bell)

    asyncio.run(inside())


def test_a_bell_has_only_so_many_rings() -> None:
    async def inside() -> None:
        bell = Bell()
        bell.belongs_to("job")
        for number in range(CALLS):
            bell.ring("job", call(str(number)))
        assert await rings(bell)
        bell.ring("job", call("one more"))
        assert not await rings(bell)

    asyncio.run(inside())


def test_jobs_are_named_once_each_to_who_does_not_know_its_own() -> None:
    async def inside() -> None:
        bell = Bell()
        bell.ring("a", call("1"))
        bell.ring("b", call("2"))
        assert [await bell.named(), await bell.named()] == ["a", "b"]
        bell.belongs_to("b")
        assert await rings(bell)
        assert not await rings(bell)

    asyncio.run(inside())


EVENTS = ("ring", "the same ring", "a stranger's ring", "a late ring", "known")


@given(st.permutations(EVENTS))
def test_it_rings_for_its_job_in_any_order(events: list[str]) -> None:
    """Whether the job is known before, between or after the rings."""

    async def inside() -> None:
        bell = Bell()
        for event in events:
            if event == "known":
                bell.belongs_to("job")
            else:
                job = "another" if event == "a stranger's ring" else "job"
                bell.ring(job, call(event.removeprefix("the same ")))
        assert await rings(bell)
        assert not await rings(bell)

    asyncio.run(inside())


def test_a_stranger_s_ring_is_none() -> None:
    async def inside() -> None:
        bell = Bell()
        bell.ring("another", call("1"))
        bell.belongs_to("job")
        bell.ring("another", call("2"))
        assert not await rings(bell)

    asyncio.run(inside())


def test_what_was_waited_for_goes_wrong_as_it_would_without_a_bell() -> None:
    class Trouble(Exception):
        """Anything."""

    async def failing() -> None:
        raise Trouble

    async def inside() -> bool:
        try:
            await Bell().cuts_short(failing())
        except Trouble:
            return True
        return False

    assert asyncio.run(inside())
