"""Commands on official schemas and rules: what is here, fetch what is missing."""

from argparse import Namespace
from collections.abc import Sequence

from formats.artefacts import Artefact
from hub.cli.output import Misused, answer, hanging, progress
from hub.config.loading import load
from hub.official.artefacts import Stock, folder_of


def artefacts(options: Namespace) -> int:
    """List the official artefacts, or fetch them; exit 1 if a package is not there after that."""
    stock = stock_of(options)
    said = _sync(stock, options) if options.action == "sync" else []
    missing = stock.missing()
    answer(options, _listed(stock, missing), [*said, *_lines(stock, missing)])
    fetchable = any(each.package for each in missing)
    return 1 if fetchable and options.action == "sync" else 0


def stock_of(options: Namespace) -> Stock:
    """Return the artefacts of the hub whose settings are given, else those of the user."""
    return Stock(folder=folder_of(load(options.config).data if options.config.is_file() else None))


def _sync(stock: Stock, options: Namespace) -> list[str]:
    given = options.from_dir
    if given is not None and not given.is_dir():
        raise Misused(f"{given}: there is no such folder")
    said = []
    for line in stock.take(given) if given else stock.fetch():
        progress(line)
        said.append(line)
    progress("")
    return said


def _listed(stock: Stock, missing: Sequence[Artefact]) -> list[dict[str, object]]:
    return [
        {
            "name": each.name,
            "package": each.package or None,
            "version": stock.packages[each.package].version if each.package else None,
            "file": each.member or each.file,
            "licence": stock.licence(each),
            "provenance": each.provenance,
            "available": each not in missing,
        }
        for each in stock.artefacts.values()
    ]


def _lines(stock: Stock, missing: Sequence[Artefact]) -> list[str]:
    longest = max(len(name) for name in stock.artefacts)
    lines = [str(stock.folder)]
    for carrier in (*stock.packages, ""):
        lines += ["", *_heading(stock, carrier)]
        for each in stock.artefacts.values():
            if each.package == carrier:
                state = "not available" if each in missing else "present"
                lines += hanging(f"  {state:<13}  {each.name:<{longest}}  ", _words(each))
    available = len(stock.artefacts) - len(missing)
    return [*lines, "", f"{available} of {len(stock.artefacts)} available"]


def _heading(stock: Stock, carrier: str) -> list[str]:
    if not carrier:
        return ["placed by hand with --from-dir"]
    package = stock.packages[carrier]
    return hanging(f"{package.name} {package.version}  ", package.licence)


def _words(artefact: Artefact) -> str:
    if not artefact.file:
        return artefact.provenance
    return f"{artefact.file}: {artefact.provenance}; {artefact.licence}"
