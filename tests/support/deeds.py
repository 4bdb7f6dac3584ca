"""All deeds that histories are drawn from: those of people and workers, and those about helpers, looks and batches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from commands.batches import OpenBatch
from commands.helpers import NoteHelperRefused, TryHelperAgain
from commands.keys import RemoveKey, SetKey
from commands.probes import BeginProbe, EndProbe, LookForHostKey, VerifyPassword
from commands.repairs import RepairAccount
from commands.resets import OpenReset
from commands.ways import SetJumpHost, SetResetWay
from domain import ids
from domain.errors import StrongroomError
from domain.probes import Finding, Outcome, Stage, Verdict
from domain.secrets import Secret
from domain.ways import Elevation, Way
from tests.support.history import HOST_KEY, History, Numbers, pick

PRIVATE = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
SAID = (Finding(Stage.NAME, Verdict.PASSED, "10.0.0.1", ""), Finding(Stage.CONNECTION, Verdict.FAILED, "no", "Away"))
Play = Callable[[History, Numbers], Awaitable[None]]
Deed = tuple[int, Numbers]
"""Which of the deeds, and what picks among the things there are."""


async def play(history: History, deeds: Sequence[Deed], among: Sequence[Play] = ()) -> None:
    """One after the other; what the vault refuses is part of the history too."""
    for which, numbers in deeds:
        history.world.clock.turn(timedelta(seconds=1))
        try:
            await pick(among or DEEDS, which)(history, numbers)
        except StrongroomError:
            continue


async def set_way(history: History, n: Numbers) -> None:
    """An account and a resource of the same number belonged together once."""
    login, root = pick(history.accounts, n[1]), pick(history.accounts, n[2])
    ways = (Way(login), Way(login, Elevation.SUDO), Way(login, Elevation.SU, root), Way())
    way = pick(ways, n[2])
    resource = pick(history.resources, n[1])
    command = SetResetWay(resource_id=resource, login_id=way.login_id, elevation=way.elevation, root_id=way.root_id)
    await history.keeper(n).does(command)


async def set_jump(history: History, n: Numbers) -> None:
    """Over one of the same keeper, mostly: he has none of the others."""
    jump = pick(history.resources, n[1] + 2) if n[2] % 4 else None
    await history.keeper(n).does(SetJumpHost(resource_id=pick(history.resources, n[1]), jump_id=jump))


async def set_key(history: History, n: Numbers) -> None:
    account = pick(history.accounts, n[1])
    await history.keeper(n).does(SetKey(account_id=account, private_key=Secret(PRIVATE)))
    history.keyed.append(account)


async def remove_key(history: History, n: Numbers) -> None:
    if history.keyed:
        await history.owner(n[0]).does(RemoveKey(account_id=pick(history.keyed, n[1])))


async def refuse_helper(history: History, n: Numbers) -> None:
    account, number = pick(history.accounts, n[1]), n[2] % 2 + 1
    if await history.world.performs(NoteHelperRefused(account_id=account, number=number, work_id=ids.new())):
        history.refused.append(account)


async def try_again(history: History, n: Numbers) -> None:
    if history.refused:
        await history.owner(n[0]).does(TryHelperAgain(account_id=pick(history.refused, n[1])))


async def look(history: History, n: Numbers) -> None:
    """At something new, or again at what was looked at before."""
    asked = [
        LookForHostKey(resource_id=pick(history.resources, n[1])),
        VerifyPassword(account_id=pick(history.accounts, n[1])),
    ]
    wanted = pick(history.looks, n[1]) if history.looks and n[2] % 3 == 0 else pick(asked, n[2])
    history.probes.append(await history.keeper(n).does(wanted))
    history.looks.append(wanted)


async def begin_look(history: History, n: Numbers) -> None:
    if history.probes:
        probe = pick(history.probes, n[0])
        errand = await history.world.performs(BeginProbe(probe_id=probe, lease=timedelta(milliseconds=500)))
        history.tries[probe] = errand.number


async def end_look(history: History, n: Numbers) -> None:
    if history.tries:
        probe = pick(list(history.tries), n[0])
        outcome, shown = pick(list(Outcome), n[1]), pick((None, HOST_KEY), n[2])
        found = SAID[: n[2] % 3]
        end = EndProbe(probe_id=probe, number=history.tries[probe], outcome=outcome, findings=found, host_key=shown)
        await history.world.performs(end)


async def open_batch(history: History, n: Numbers) -> None:
    """Of all accounts or of one; the first reset of it is opened."""
    wanted = pick((tuple(history.accounts), (pick(history.accounts, n[1]),)), n[2])
    person = history.keeper(n)
    batch = await person.does(OpenBatch(account_ids=wanted))
    history.resets[await person.does(OpenReset(account_id=wanted[0], batch_id=batch))] = wanted[0]


async def repair(history: History, n: Numbers) -> None:
    if history.resets:
        await history.owner(n[0]).does(RepairAccount(account_id=pick(list(history.resets.values()), n[1])))


DEEDS: tuple[Play, ...] = (
    History.add_user,
    History.add_resource,
    History.add_account,
    History.change_resource,
    History.pin,
    History.edit_account,
    History.move,
    History.change_password,
    History.disclose,
    History.grant,
    History.grant,
    History.grant_for_a_moment,
    History.revoke,
    History.transfer,
    History.disable,
    History.enable,
    History.give_roles,
    History.give_scope,
    History.change_profile,
    History.invite_again,
    History.sign_in,
    History.sign_in_wrongly,
    History.sign_out,
    History.end_session,
    History.own_password,
    History.open_reset,
    History.begin_attempt,
    History.begin_attempt,
    History.work_on,
    History.work_on,
    set_way,
    set_way,
    set_jump,
    set_key,
    remove_key,
    refuse_helper,
    try_again,
    look,
    begin_look,
    end_look,
    open_batch,
    repair,
)
