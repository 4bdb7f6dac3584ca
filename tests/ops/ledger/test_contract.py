"""What every event log does, in memory or in PostgreSQL, seen by one process or by two."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain import ids
from ops.ledger.errors import Expired, Moved, Repeated, RepeatedOtherwise, Unsealable
from ops.ledger.log import EventLog, Lane
from tests.support.ledger import Pair, a_key, a_row, a_submission, as_row

SECOND = timedelta(seconds=1)


async def a_stream(log: EventLog, versions: int = 1) -> UUID:
    """A stream with that many versions."""
    stream = ids.new()
    for version in range(1, versions + 1):
        await log.append(a_submission(a_row(stream, version), since=log.head))
    return stream


async def test_positions_follow_each_other_without_a_gap(pair: Pair) -> None:
    first = await pair.here.append(a_submission(a_row(), a_row(), since=pair.here.head))
    second = await pair.there.append(a_submission(since=pair.there.head))
    third = await pair.here.append(a_submission(since=pair.here.head))
    assert (second.position, third.position) == (first.position + 2, first.position + 3)


async def test_what_was_appended_is_what_is_read(pair: Pair) -> None:
    stream = ids.new()
    rows = (a_row(stream, 1), a_row(stream, 2, topic="sample.changed", size=5000), a_row())
    appended = await pair.here.append(a_submission(*rows, since=pair.here.head))
    records = await pair.there.read(appended.position - 1, 3)
    assert tuple(map(as_row, records)) == rows
    assert [record.position for record in records] == [appended.position + n for n in range(3)]
    assert {record.recorded_at for record in records} == {appended.recorded_at}


async def test_reading_goes_on_where_it_stopped(pair: Pair) -> None:
    before = pair.here.head
    await pair.here.append(a_submission(*(a_row() for _ in range(5)), since=before))
    first = await pair.here.read(before, 2)
    rest = await pair.here.read(first[-1].position, 10)
    assert [r.position - before for r in (*first, *rest)] == [1, 2, 3, 4, 5]


async def test_a_stream_is_read_from_where_one_knows_it(pair: Pair) -> None:
    stream = await a_stream(pair.here, versions=3)
    assert [r.version for r in await pair.there.stream(stream)] == [1, 2, 3]
    assert [r.version for r in await pair.there.stream(stream, after=2)] == [3]
    assert await pair.there.stream(ids.new()) == []


async def test_heads_are_those_of_the_log_and_absent_is_zero(pair: Pair) -> None:
    stream, absent = await a_stream(pair.there, versions=2), ids.new()
    assert await pair.here.heads([stream, absent]) == {stream: 2, absent: 0}
    assert await pair.here.heads([]) == {}


async def test_what_is_appended_here_is_known_here_at_once(pair: Pair) -> None:
    appended = await pair.here.append(a_submission(a_row(), a_row(), since=pair.here.head))
    assert pair.here.head >= appended.position + 1


async def test_a_decision_is_refused_when_something_it_read_moved(pair: Pair) -> None:
    read, bystander = await a_stream(pair.here), await a_stream(pair.here)
    since = pair.here.head
    await pair.there.append(a_submission(a_row(read, 2), since=pair.there.head))
    with pytest.raises(Moved) as refused:
        await pair.here.append(a_submission(reads={read: 1, bystander: 1}, since=since))
    assert refused.value.streams == {read}


async def test_a_decision_is_refused_when_something_absent_came_to_be(pair: Pair) -> None:
    absent, since = ids.new(), pair.here.head
    await pair.there.append(a_submission(a_row(absent), since=pair.there.head))
    with pytest.raises(Moved):
        await pair.here.append(a_submission(reads={absent: 0}, since=since))


async def test_a_decision_that_saw_the_newest_stands(pair: Pair) -> None:
    since = pair.here.head
    stream = await a_stream(pair.there, versions=2)
    appended = await pair.here.append(a_submission(a_row(stream, 3), reads={stream: 2}, since=since))
    assert appended.position > since


async def test_what_others_did_elsewhere_does_not_matter(pair: Pair) -> None:
    stream, since = await a_stream(pair.here), pair.here.head
    await a_stream(pair.there, versions=3)
    await pair.here.append(a_submission(reads={stream: 1, ids.new(): 0}, since=since))


async def test_a_version_is_written_once(pair: Pair) -> None:
    stream, since = await a_stream(pair.here), pair.here.head
    await pair.there.append(a_submission(a_row(stream, 2), since=pair.there.head))
    with pytest.raises(Moved) as refused:
        await pair.here.append(a_submission(a_row(stream, 2), since=since))
    assert refused.value.streams == {stream}


async def test_a_stream_thought_new_that_has_long_been_there_is_noticed(pair: Pair) -> None:
    stream, other = await a_stream(pair.here), a_submission(since=pair.there.head)
    with pytest.raises(Moved) as refused:
        await pair.there.append(a_submission(a_row(stream, 1), since=pair.here.head))
    assert refused.value.streams == {stream}
    await pair.there.append(other)


async def test_no_version_is_left_out(pair: Pair) -> None:
    stream = await a_stream(pair.here)
    with pytest.raises(Moved):
        await pair.here.append(a_submission(a_row(stream, 3), since=pair.here.head))
    assert await pair.here.heads([stream]) == {stream: 1}


async def test_all_rows_of_a_decision_or_none(pair: Pair) -> None:
    moved, fresh = await a_stream(pair.here), ids.new()
    since = pair.here.head
    await pair.there.append(a_submission(a_row(moved, 2), since=pair.there.head))
    with pytest.raises(Moved):
        await pair.here.append(a_submission(a_row(fresh), a_row(moved, 2), since=since))
    assert await pair.here.heads([moved, fresh]) == {moved: 2, fresh: 0}


async def test_one_refused_does_not_hinder_those_beside_it(pair: Pair) -> None:
    moved, since = await a_stream(pair.here), pair.here.head
    await pair.there.append(a_submission(a_row(moved, 2), since=pair.there.head))
    submissions = [a_submission(reads={moved: 1} if n == 3 else {}, since=since) for n in range(8)]
    answers = await asyncio.gather(*map(pair.here.append, submissions), return_exceptions=True)
    assert [isinstance(answer, Moved) for answer in answers] == [n == 3 for n in range(8)]
    there = [r.stream for r in await pair.here.read(since + 1, 10)]
    assert there == [s.rows[0].stream for n, s in enumerate(submissions) if n != 3]


async def test_a_decision_is_good_until_its_end_and_no_longer(pair: Pair) -> None:
    now, head = pair.here.now(), pair.here.head
    await pair.here.append(a_submission(since=head, good_until=now + 60 * SECOND))
    with pytest.raises(Expired):
        await pair.here.append(a_submission(since=head, good_until=now - SECOND))
    with pytest.raises(Expired):
        await pair.here.append(a_submission(since=head, good_until=(await pair.there.read(head, 1))[0].recorded_at))


async def test_a_key_leads_to_one_thing(pair: Pair) -> None:
    key, row = a_key(), a_row()
    done = await pair.here.append(a_submission(row, a_row(), since=pair.here.head, key=key))
    for log in (pair.there, pair.here):
        with pytest.raises(Repeated) as repeated:
            await log.append(a_submission(since=log.head, key=key))
        assert (repeated.value.position, repeated.value.stream) == (done.position, row.stream)


async def test_a_key_with_another_body_is_refused(pair: Pair) -> None:
    key = a_key()
    await pair.here.append(a_submission(since=pair.here.head, key=key))
    other = a_key(body_mac=b"other", actor=key.actor)
    with pytest.raises(RepeatedOtherwise):
        await pair.there.append(a_submission(since=pair.there.head, key=other))
    with pytest.raises(RepeatedOtherwise):
        await pair.there.settle(other)


async def test_a_key_can_be_asked_for_before_deciding(pair: Pair) -> None:
    key, row = a_key(), a_row()
    await pair.here.settle(key)
    done = await pair.here.append(a_submission(row, since=pair.here.head, key=key))
    with pytest.raises(Repeated) as repeated:
        await pair.there.settle(key)
    assert (repeated.value.position, repeated.value.stream) == (done.position, row.stream)


async def test_keys_are_of_their_actor(pair: Pair) -> None:
    for _ in range(2):
        await pair.here.append(a_submission(since=pair.here.head, key=a_key()))


async def test_a_key_repeated_at_once_leads_to_one_thing(pair: Pair) -> None:
    key, logs = a_key(), (pair.here, pair.there) * 4
    answers = await asyncio.gather(
        *(log.append(a_submission(since=log.head, key=key)) for log in logs), return_exceptions=True
    )
    done = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(done) == 1
    assert {a.position for a in answers if isinstance(a, Repeated)} == {done[0].position}
    assert sum(isinstance(a, Repeated) for a in answers) == 7


async def test_a_refused_decision_does_not_use_up_its_key(pair: Pair) -> None:
    key, moved, since = a_key(), await a_stream(pair.here), pair.here.head
    await pair.there.append(a_submission(a_row(moved, 2), since=pair.there.head))
    with pytest.raises(Moved):
        await pair.here.append(a_submission(reads={moved: 1}, since=since, key=key))
    await pair.here.append(a_submission(since=pair.here.head, key=key))


async def test_time_never_runs_backwards(pair: Pair) -> None:
    before = pair.here.head
    for log in (pair.here, pair.there) * 3:
        await log.append(a_submission(since=log.head))
    times = [r.recorded_at for r in await pair.here.read(before, 6)]
    assert times == sorted(set(times))
    assert pair.there.now() >= times[-1]


async def test_whoever_caches_is_told_what_moved(pair: Pair) -> None:
    told = list[tuple[UUID, int]]()
    pair.here.on_moved(lambda stream, version: told.append((stream, version)))
    mine, others = await a_stream(pair.here, versions=2), await a_stream(pair.there, versions=2)
    await pair.here.append(a_submission(since=pair.here.head))
    assert [each for each in told if each[0] in (mine, others)] == [(mine, 1), (mine, 2), (others, 1), (others, 2)]


async def test_whoever_has_stopped_appending_still_hears_of_others(pair: Pair) -> None:
    for _ in range(3):
        await pair.here.append(a_submission(since=pair.here.head))
        last = (await pair.there.append(a_submission(since=pair.there.head))).position
        async with asyncio.timeout(2):
            while pair.here.head < last:
                await asyncio.sleep(0.005)


async def test_sixteen_racers_for_a_version_have_one_winner(pair: Pair) -> None:
    stream = await a_stream(pair.here)
    for version in range(2, 12):
        racers = [(pair.here, pair.there)[n % 2] for n in range(16)]
        answers = await asyncio.gather(
            *(log.append(a_submission(a_row(stream, version), since=log.head)) for log in racers),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, Moved) for answer in answers) == 15
    assert [r.version for r in await pair.here.stream(stream)] == list(range(1, 12))


async def test_refusals_are_recorded_too(pair: Pair) -> None:
    await pair.here.append(a_submission(since=pair.here.head, lane=Lane.REFUSAL))


async def test_whoever_gives_up_waiting_disturbs_nobody(pair: Pair) -> None:
    impatient = asyncio.create_task(pair.here.append(a_submission(since=pair.here.head)))
    patient = asyncio.create_task(pair.here.append(a_submission(since=pair.here.head)))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).position > 0


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [a_row() for _ in range(501)],
        [a_row(size=60 * 1024 + 1)],
        [a_row(topic="")],
        [a_row(topic="a\0b")],
        [a_row(version=0)],
        [a_row(UUID(int=1), 1), a_row(UUID(int=1), 3)],
    ],
    ids=["nothing", "too many", "too large", "no topic", "a bad topic", "no version", "a gap"],
)
async def test_what_does_not_fit_is_refused_alone(pair: Pair, rows: list[object]) -> None:
    submission = a_submission(since=pair.here.head)
    object.__setattr__(submission, "rows", rows)
    with pytest.raises(Unsealable):
        await pair.here.append(submission)


async def test_what_is_written_is_what_was_read(pair: Pair) -> None:
    stream = await a_stream(pair.here)
    with pytest.raises(Unsealable):
        await pair.here.append(a_submission(a_row(stream, 2), reads={stream: 0}, since=pair.here.head))
