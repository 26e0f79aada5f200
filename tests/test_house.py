"""The house keeps its own rules: what no linter knows, read from the tree itself."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("hub", "formats", "routing_rules", "outbound", "archive")

COVERED_BY = {
    "archive/*.py": "tests/archive/test_verify.py",
    "formats/artefacts.py": "tests/hub/official/test_artefacts.py",
    "formats/catalogue.py": "tests/hub/cli/test_files.py",
    "formats/certificate/*.py": "tests/formats/certificate/test_judge.py",
    "formats/cii/*.py": "tests/formats/cii/test_read.py",
    "formats/codec.py": "tests/hub/pipeline/test_runner.py",
    "formats/composing.py": "tests/formats/fatturapa/test_write.py",
    "formats/edi/*.py": "tests/formats/edifact/test_read.py",
    "formats/edifact/*.py": "tests/formats/edifact/test_read.py",
    "formats/facturae/*.py": "tests/formats/facturae/test_write.py",
    "formats/facturx/*.py": "tests/formats/facturx/test_write.py",
    "formats/fatturapa/*.py": "tests/formats/fatturapa/test_write.py",
    "formats/findings.py": "tests/hub/cli/test_files.py",
    "formats/idoc/*.py": "tests/formats/idoc/test_read.py",
    "formats/ksef_fa3/*.py": "tests/formats/ksef_fa3/test_write.py",
    "formats/latin.py": "tests/formats/rules/test_it_fatturapa.py",
    "formats/letter/*.py": "tests/formats/letter/test_write.py",
    "formats/model/*.py": "tests/formats/model/test_terms.py",
    "formats/notation.py": "tests/properties/test_notation_round_trip.py",
    "formats/pdf/*.py": "tests/formats/pdf/test_archival.py",
    "formats/pdf_text/draft/*.py": "tests/formats/pdf_text/draft/test_draft.py",
    "formats/pdf_text/faults.py": "tests/formats/pdf_text/test_read.py",
    "formats/pdf_text/invoice.py": "tests/formats/pdf_text/test_read.py",
    "formats/pdf_text/places.py": "tests/formats/pdf_text/test_layout.py",
    "formats/pdf_text/words.py": "tests/formats/pdf_text/test_pages.py",
    "formats/rules/*.py": "tests/formats/rules/test_en16931.py",
    "formats/shown.py": "tests/formats/test_losses.py",
    "formats/signatures/*.py": "tests/formats/signatures/test_verify.py",
    "formats/syntax/*.py": "tests/formats/syntax/test_judge.py",
    "formats/table/*.py": "tests/formats/table/test_read.py",
    "formats/table_draft/*.py": "tests/formats/table_draft/test_proof.py",
    "formats/ubl/*.py": "tests/formats/ubl/test_read.py",
    "formats/x12/*.py": "tests/formats/x12/test_read.py",
    "formats/xml/*.py": "tests/formats/test_xml.py",
    "hub/answers/telling.py": "tests/hub/answers/test_files.py",
    "hub/api/*.py": "tests/hub/api/test_submissions.py",
    "hub/cli/exporting.py": "tests/hub/cli/test_archived.py",
    "hub/cli/archive_options.py": "tests/hub/cli/test_main.py",
    "hub/cli/foretelling.py": "tests/hub/cli/test_traffic.py",
    "hub/cli/lasting.py": "tests/hub/cli/test_doctoring.py",
    "hub/cli/playing.py": "tests/scenarios/test_demo.py",
    "hub/cli/verified.py": "tests/hub/cli/test_verifying.py",
    "hub/cli/serving.py": "tests/hub/cli/test_operation.py",
    "hub/config/*.py": "tests/hub/test_config.py",
    "hub/console/*.py": "tests/hub/console/test_browser.py",
    "hub/demo/*.py": "tests/scenarios/test_demo.py",
    "hub/doors/completion.py": "tests/hub/doors/test_folder.py",
    "hub/auditor/*.py": "tests/hub/auditor/test_app.py",
    "hub/cli/audited.py": "tests/hub/cli/test_auditing.py",
    "hub/cli/ports.py": "tests/hub/cli/test_auditing.py",
    "hub/doors/inbox.py": "tests/hub/doors/test_folder.py",
    "hub/doors/putting_away.py": "tests/hub/doors/test_folder.py",
    "hub/doors/sftp_root.py": "tests/hub/doors/test_sftp.py",
    "hub/doors/sftp_session.py": "tests/hub/doors/test_sftp.py",
    "hub/doors/spool.py": "tests/hub/doors/test_sftp.py",
    "hub/endpoints/*.py": "tests/hub/endpoints/test_lanes.py",
    "hub/engine/lane.py": "tests/hub/engine/test_durable.py",
    "hub/engine/saxon_child.py": "tests/hub/engine/test_saxon.py",
    "hub/mail_texts/*.py": "tests/hub/test_mail_texts.py",
    "hub/pipeline/dead_ends.py": "tests/hub/pipeline/test_render.py",
    "hub/pipeline/doubts.py": "tests/hub/pipeline/test_send.py",
    "hub/pipeline/lanes.py": "tests/hub/runs/test_running.py",
    "hub/pipeline/parcels.py": "tests/hub/pipeline/test_render.py",
    "hub/pipeline/print_seen.py": "tests/hub/worklist/test_printed.py",
    "hub/pipeline/*.py": "tests/hub/pipeline/test_runner.py",
    "hub/lawful/*.py": "tests/hub/lawful/test_disposal.py",
    "hub/store/standings.py": "tests/hub/pipeline/test_filed_states.py",
    "hub/store/disposed.py": "tests/hub/lawful/test_disposal.py",
    "hub/procedure/*.py": "tests/hub/procedure/test_filing.py",
    "hub/runs/print_standing.py": "tests/hub/cli/test_printing.py",
    "hub/runs/closing_books.py": "tests/hub/runs/test_closings.py",
    "hub/runs/endings.py": "tests/hub/runs/test_renewals.py",
    "hub/runs/witness.py": "tests/hub/runs/test_closings.py",
    "hub/store/closing_alarms.py": "tests/hub/runs/test_closings.py",
    "hub/store/witness_mails.py": "tests/hub/runs/test_closings.py",
    "hub/sealing/notary.py": "tests/hub/runs/test_renewals.py",
    "hub/store/calls.py": "tests/hub/worklist/test_gathering.py",
    "hub/store/archive_stamps.py": "tests/hub/runs/test_renewals.py",
    "hub/store/sent.py": "tests/hub/wishes/test_answering.py",
    "hub/store/stamp_authorities.py": "tests/hub/runs/test_renewals.py",
    "hub/simulators/*.py": "tests/outbound/test_contract.py",
    "hub/store/print_lines.py": "tests/hub/pipeline/test_print_lines.py",
    "hub/store/print_pieces.py": "tests/hub/runs/test_print_ledger.py",
    "hub/store/daily.py": "tests/hub/test_daily.py",
    "hub/store/endpoints.py": "tests/hub/endpoints/test_lanes.py",
    "hub/store/links.py": "tests/hub/pipeline/test_links.py",
    "hub/store/choices.py": "tests/hub/pipeline/test_master_data.py",
    "hub/store/invitations.py": "tests/hub/api/test_self_service.py",
    "hub/store/address_checks.py": "tests/hub/pipeline/test_address_checks.py",
    "hub/links/frame.py": "tests/hub/links/test_page.py",
    "hub/wiring/*.py": "tests/hub/wiring/test_building.py",
    "hub/wishes/*.py": "tests/hub/wishes/test_answering.py",
    "hub/worklist/*.py": "tests/hub/worklist/test_gathering.py",
    "outbound/channel.py": "tests/outbound/test_contract.py",
    "outbound/ipp_printer.py": "tests/outbound/test_ipp.py",
    "outbound/mail_envelope.py": "tests/outbound/test_mail_encryption.py",
    "outbound/mail_header.py": "tests/outbound/test_mail_message.py",
    "outbound/mail_reports/*.py": "tests/outbound/mail_reports/test_reading.py",
    "outbound/mailboxes/*.py": "tests/outbound/mailboxes/test_mailboxes.py",
    "outbound/print_mail/*.py": "tests/outbound/print_mail/test_job.py",
    "outbound/sftp_keys.py": "tests/outbound/test_sftp.py",
    "outbound/sftp_link.py": "tests/outbound/test_sftp.py",
    "outbound/sftp_resting.py": "tests/outbound/test_print_house.py",
    "outbound/sftp_session.py": "tests/outbound/test_sftp.py",
    "outbound/sftp_upload.py": "tests/outbound/test_sftp.py",
    "routing_rules/entries.py": "tests/routing_rules/test_time_limits.py",
    "routing_rules/conditions/case.py": "tests/routing_rules/conditions/test_party.py",
    "routing_rules/rule.py": "tests/routing_rules/test_decide.py",
}
"""A module without a test file of its name: the one that shows what it does. First match counts."""

FLOATS = {
    "formats/pdf/cmyk.py": "colours as ICC wants them",
    "formats/pdf/copy_mark.py": "places on a page",
}
"""Where a float is no money."""

NO_ENTRIES = {
    "formats.codec": "the contract of a format",
    "formats.findings": "what is said of a document",
    "formats.facturx": "a CII inside a PDF: it stands above the codec that it wraps",
    "formats.mistaken": "what XML is called that no reader claims",
    "formats.signatures": "by it, signed files are opened before a reader is asked",
    "formats.xml": "by it, XML that no reader claims is looked into and told what is wrong",
    "outbound.channel": "the contract of a channel",
}
"""What the tables import besides what they list, and what cannot stand alone."""

NOWHERE = ("pypi" + ".org", "/wo" + "rk/", "/ro" + "ot/")
"""Hosts and places that only some machine knows."""


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def has_code(path: Path) -> bool:
    """Whether a module does something; types, tables and contracts are not code."""
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, Function)]
    return any(
        not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for function in functions
        for line in function.body
    )


@cache
def without_mirror() -> list[str]:
    return [
        name(path)
        for path in modules()
        if not (ROOT / "tests" / name(path)).with_name(f"test_{path.name}").exists()
        and has_code(path)
    ]


def test_each_module_has_its_test_at_the_mirrored_path_or_in_the_table() -> None:
    bare = [path for path in without_mirror() if not any(fnmatch(path, p) for p in COVERED_BY)]
    assert bare == []


def test_the_table_of_tests_is_no_longer_than_needed() -> None:
    needed = {
        next((pattern for pattern in COVERED_BY if fnmatch(path, pattern)), "")
        for path in without_mirror()
    }
    assert [pattern for pattern in COVERED_BY if pattern not in needed] == []
    assert [test for test in COVERED_BY.values() if not (ROOT / test).is_file()] == []


def test_a_package_says_what_it_is_and_loads_nothing() -> None:
    full = [
        name(path)
        for path in modules()
        if path.name == "__init__.py" and [type(line) for line in tree(path).body] != [ast.Expr]
    ]
    assert full == ["formats/model/__init__.py"]
    assert all(ast.get_docstring(tree(path)) for path in modules() if path.name == "__init__.py")


def test_no_float_comes_near_money() -> None:
    pure = [path for path in modules() if name(path).startswith("formats/")]
    assert {name(path) for path in pure if floats(tree(path))} == set(FLOATS)


def floats(module: ast.Module) -> bool:
    return any(
        (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float")
        for node in ast.walk(module)
    )


def test_each_sample_says_where_it_is_from() -> None:
    samples = ROOT / "tests" / "samples"
    folders = {path.parent for path in samples.rglob("*") if path.is_file()}
    assert len(folders) > 20
    silent = [
        name(folder)
        for folder in sorted(folders)
        if not any(
            list(place.glob("ORIGIN*"))
            for place in (folder, *folder.parents)
            if samples in place.parents
        )
    ]
    assert silent == []


TABLES = (
    "formats/catalogue.py",
    "formats/rules/catalogue.py",
    "formats/signatures/catalogue.py",
    "outbound/catalogue.py",
    "routing_rules/conditions/catalogue.py",
)


@pytest.mark.parametrize("table", TABLES)
def test_what_a_table_lists_stands_alone_where_a_wall_says_so(table: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    walls = [
        set(contract["modules"])
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "independence"
    ]
    listed = set(imported(ROOT / table)) - NO_ENTRIES.keys()
    for wall in walls:
        assert not listed & wall or listed <= wall


def imported(path: Path) -> Iterator[str]:
    """Yield the packages or modules beside a table that it imports: `formats.ubl`, not deeper."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in tree(path).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package):
            for alias in node.names:
                full = node.module if node.module != package else f"{package}.{alias.name}"
                yield ".".join((full or "").split(".")[: package.count(".") + 2])


def git(*arguments: str) -> str:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    return subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(ROOT), *arguments],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_no_file_and_no_commit_names_a_machine() -> None:
    tracked = [path for path in git("ls-files").splitlines() if path != "uv.lock"]
    assert len(tracked) > 300
    texts = {path: (ROOT / path).read_bytes() for path in tracked if (ROOT / path).is_file()}
    texts["the log"] = git("log", "--format=%B").encode()
    told = [
        (path, word) for path, text in texts.items() for word in NOWHERE if word.encode() in text
    ]
    assert told == []


def test_every_public_function_and_class_says_what_it_does() -> None:
    silent = [f"{name(path)}: {what}" for path in modules() for what in undocumented(tree(path))]
    assert silent == []


def undocumented(node: ast.Module | ast.ClassDef) -> Iterator[str]:
    for inner in node.body:
        if isinstance(inner, Function | ast.ClassDef) and not inner.name.startswith("_"):
            if not ast.get_docstring(inner):
                yield inner.name
            if isinstance(inner, ast.ClassDef):
                yield from undocumented(inner)


def test_tests_need_no_package() -> None:
    """They are imported by path, so that a folder needs no `__init__.py`."""
    assert [name(path) for path in (ROOT / "tests").rglob("__init__.py")] == []
