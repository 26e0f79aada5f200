"""Judges that need Java: veraPDF, Mustang, BouncyCastle, each one JVM over many files.

`python -m tests.oracles.java` fetches them with mvn. KoSIT's own validator is on no registry that
can be reached here; Mustang runs the same schemas and the same Schematron of CEN and KoSIT.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from formats.xml.names import Element
from formats.xml.parsing import parse
from tests.oracles.maven import Jar

VERAPDF = Jar(
    group="org.verapdf.apps",
    name="cli",
    version="1.30.2",
    sha256="287cc9c9757f99dcff4a2d39b68268245b48103fb6af443162d5a29df2afa332",
)
MUSTANG = Jar(
    group="org.mustangproject",
    name="Mustang-CLI",
    version="2.26.0",
    sha256="42d7868cb68264874a7b8cab4c3587b03b23ccc7cd72373da917f66758bb9736",
)
"""With CEN's rules 1.3.16, KoSIT's 2.4.0 for XRechnung 3.0.2, and of Factur-X 1.09.2."""

BOUNCY_CASTLE = tuple(
    Jar(group="org.bouncycastle", name=f"{name}-jdk18on", version="1.82", sha256=sha256)
    for name, sha256 in (
        ("bcprov", "14cde2fdfaa8890480a8e5b67aceef0c90f96682c1e23c133bafdc9e0b3255ce"),
        ("bcutil", "4420691958ad1c0ba275a6d6d8a6317adbdbdc9277055b6a72aa89c88cda8c7d"),
        ("bcpkix", "bdc723e20834832ac6af136cb5b5ff05e43b71d4fa151cc6510d9212ee086e63"),
    )
)
"""Knows evidence records (RFC 4998); see VerifyEvidence.java."""

Words = Mapping[str, list[str]]
"""What a judge finds wrong with each file; nothing where it accepts the file."""

TESTED = re.compile(r"Testing file \d+: +(?P<says>\w+) \((?P<path>.*)\)")


def verapdf(files: Mapping[str, bytes], folder: Path) -> Words:
    """Return what veraPDF finds against PDF/A-3b."""
    paths = _laid(files, folder, ".pdf")
    main = "org.verapdf.apps.GreenfieldCliWrapper"
    report = _run(VERAPDF, main, "-f", "3b", "--format", "xml", "-r", str(folder)).stdout
    jobs = parse(report.encode(), what="veraPDF's report").iter("job")
    said = {paths[str(job.findtext("item/name"))]: list(_broken(job)) for job in jobs}
    assert said.keys() == files.keys(), "it has judged every file"
    return said


def mustang(files: Mapping[str, bytes], folder: Path, *, suffix: str) -> Words:
    """Return what Mustang finds wrong; a file that it refuses without a word is refused too."""
    paths = _laid(files, folder, suffix)
    options = ("--disable-file-logging", "--no-notices", "--no-arithmetic-check")
    act = ("--action", "validateExpectValid", "-d", str(folder))
    done = _run(MUSTANG, "org.mustangproject.commandline.Main", *options, *act)
    said: dict[str, list[str]] = {}
    errors: list[str] = []
    for line in (done.stdout + done.stderr).splitlines():
        if " ERROR " in line:
            errors.append(line.partition(" ERROR ")[2])
        elif tested := TESTED.search(line):
            refused = tested["says"] != "valid"
            said[paths[tested["path"]]] = errors or ["refused"] if refused else []
            errors = []
    assert said.keys() == files.keys(), "it has judged every file"
    return said


def _laid(files: Mapping[str, bytes], folder: Path, suffix: str) -> dict[str, str]:
    paths = {}
    for number, (name, data) in enumerate(files.items()):
        path = folder / f"{number}{suffix}"
        path.write_bytes(data)
        paths[str(path)] = name
    return paths


def _broken(job: Element) -> Iterator[str]:
    report = job.find("validationReport")
    if report is None:
        yield "it breaks down"
    elif report.get("isCompliant") != "true":
        for rule in report.iter("rule"):
            where = f"{rule.get('clause')}-{rule.get('testNumber')}"
            yield f"{where}: {rule.findtext('description')} {rule.findtext('check/context')}"


def _run(jar: Jar, main: str, *more: str) -> subprocess.CompletedProcess[str]:
    java = shutil.which("java")
    if java is None:
        pytest.skip(f"java is not installed, which {jar.file} needs")
    if not jar.path.is_file():
        pytest.skip(f"{jar.file} is not here; run python -m tests.oracles.java")
    command = [java, "-Xmx1g", "-cp", str(jar.path), main, *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def make() -> None:
    """Fetch what is missing, where there is Java at all."""
    assert shutil.which("java"), "veraPDF, Mustang and BouncyCastle need java, which is not here"
    for jar in (VERAPDF, MUSTANG, *BOUNCY_CASTLE):
        jar.fetch()


if __name__ == "__main__":
    make()
