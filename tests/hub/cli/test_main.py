from pathlib import Path

import pytest

from hub.cli.main import main


@pytest.mark.parametrize(
    ("content", "command", "said"),
    [
        (b"\x89garbage", ["read"], "IN-FORMAT: scan.dat is in no format that is known here"),
        (None, ["read"], "scan.dat: No such file or directory"),
        (b"{}", ["convert", "--to", "telex", "-o", "out"], "unknown format 'telex'; known: ubl,"),
        (b"", ["submit", "--sender", "erp", "--config", "none.toml"], "`facteur init` writes one"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_with_exit_2(
    content: bytes | None,
    command: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "scan.dat"
    if content is not None:
        file.write_bytes(content)
    assert main([*command, str(file)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.startswith("facteur: ")
    assert shown.err.count("\n") == 1
