"""Routing rules in force, in their order, and what is proposed to take their place."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from hub.console.pages import page
from hub.console.visitor import Signed, TheHouse
from hub.four_eyes import RuleChange, agreed_on, history, id_of
from hub.pipeline.house import House

_SHOWN: Final = 20
"""Proposals, the newest."""

router = APIRouter()


@router.get("/rules")
def shown(house: TheHouse, visitor: Signed) -> Response:
    """Show rules to who sees all companies: they name everybody's recipients."""
    if visitor.tenant is not None:
        raise HTTPException(404)
    own = _own(house)
    changes = history(house.archive, house.config)[:_SHOWN]
    return page(
        "rules.html",
        visitor,
        rules=house.rules.rules,
        version=house.rules.version,
        changes=changes,
        in_force=id_of(own),
        diffs={change.id: list(_diff(own, change)) for change in changes},
        four_eyes=house.config.routing.four_eyes,
    )


def _own(house: House) -> list[tuple[str, str]]:
    """Return the operator's rules as files and settings have them now."""
    found = []
    for name in house.config.routing.rules:
        path = house.config.path(name)
        found.append((path.name, path.read_text("utf-8") if path.is_file() else ""))
    return agreed_on(house.config, found)


def _diff(own: list[tuple[str, str]], change: RuleChange) -> Iterator[str]:
    """Yield the lines in which a proposal differs from the files of now."""
    before = [line for _, text in own for line in text.splitlines()]
    after = [line for _, text in change.files for line in text.splitlines()]
    yield from unified_diff(before, after, "in force", "proposed", lineterm="", n=2)
