"""`facteur archive numbers`: are all invoices there, and if not, why?"""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing

from archive.index.answers import Duplicate, Gap, Series
from hub.cli.output import answer
from hub.cli.stated import tenant_of
from hub.config.loading import load
from hub.wiring.archive import open_archive

_UNEXPLAINED = "nobody knows why"


def numbers(options: Namespace) -> int:
    """Show each series with its gaps and duplicates; ends with 1 if one has no explanation."""
    config = load(options.config)
    tenant = tenant_of(options, config.tenants)
    with closing(open_archive(config)) as archive:
        found = archive.questions.numbers(tenant, sender=options.sender)
    shown = [
        series
        for series in found
        if options.series in ("", series.pattern) and options.year in ("", series.year)
    ]
    lines = [line for series in shown for line in _told(series)]
    answer(options, shown, lines or ["no document with a number is kept"])
    return 1 if any(not each.why for series in shown for each in _odd(series)) else 0


def _odd(series: Series) -> tuple[Gap | Duplicate, ...]:
    return (*series.gaps, *series.duplicates)


def _told(series: Series) -> Iterator[str]:
    head = f"{series.sender or 'no sender'}  {series.pattern}  {series.year}"
    yield f"{head}  {series.first} to {series.last}: {series.count} issued"
    for gap in series.gaps:
        span = gap.first if gap.count == 1 else f"{gap.first} to {gap.last} ({gap.count})"
        yield f"  missing  {span}: {gap.why or _UNEXPLAINED}"
    for twice in series.duplicates:
        yield f"  twice    {twice.number}: {twice.why or _UNEXPLAINED}"
