"""Disposal in archive and books: proposed by one, approved by another, forgotten everywhere."""

from archive.law import disposal as law
from archive.law.disposal import Disposal
from hub.pipeline.house import House
from hub.pipeline.retaining import policy_of
from hub.store.disposed import forget


def propose(house: House, tenant: str, *, by: str, limit: int) -> Disposal:
    """File what need not be kept any longer, as of today, as a proposal.

    Raises:
        Refused: there is nothing, or nobody proposes it.
    """
    return law.propose(
        house.archive,
        tenant,
        by=by,
        on=house.clock().date(),
        policy=policy_of(house.config, tenant),
        limit=limit,
    )


def approve(house: House, tenant: str, name: str, *, by: str) -> Disposal:
    """Erase what may go of a proposal, and let the books forget it.

    After a crash the same call goes on where it ended.

    Raises:
        Refused: there is no such proposal, or its own proposer would approve it.
        ArchiveError: the archive cannot erase now; call again.
    """
    done = law.approve(
        house.archive,
        tenant,
        name,
        by=by,
        on=house.clock().date(),
        policy=policy_of(house.config, tenant),
    )
    with house.database.transaction() as connection:
        forget(connection, done.erased)
    return done
