"""A list of an older archive is taken as it is meant; what is amiss in it is said at once."""

import hashlib
from pathlib import Path

import pytest

from archive.taking_over.old_list import OldList, read_list

GOOD = "file,number,issue_date\na.pdf,R-1,2024-03-01\n"


def listed(folder: Path, text: str | bytes) -> OldList:
    files = folder / "files"
    (files / "2024").mkdir(parents=True)
    for name in ("a.pdf", "b.xml", "2024/c.pdf"):
        (files / name).write_bytes(name.encode())
    (files / "empty.pdf").touch()
    (folder / "secret.txt").write_bytes(b"secret")
    (files / "link.pdf").symlink_to(folder / "secret.txt")
    path = folder / "list.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_list(path, files)


def test_rows_of_one_number_are_one_document(tmp_path: Path) -> None:
    old = listed(
        tmp_path,
        "file;number;issue_date;role;customer_name;total;shelf\n"
        "a.pdf;R-1;2024-03-01;;Süßmund;119.00;7\n"
        "2024\\c.pdf;R-2;2024-03-02;;;;\n"
        "b.xml;R-1;2024-03-01;canonical;;;\n",
    )
    assert old.amiss == ()
    assert old.unused == ("shelf",)
    first, second = old.documents
    assert first.fields == {
        "number": "R-1",
        "issue_date": "2024-03-01",
        "customer_name": "Süßmund",
        "total": "119.00",
    }
    assert [(file.name, file.role, file.media_type) for file in first.files] == [
        ("a.pdf", "original", "application/pdf"),
        ("b.xml", "canonical", "application/xml"),
    ]
    assert second.files[0].content.sha256 == hashlib.sha256(b"2024/c.pdf").hexdigest()


def test_documents_are_told_apart_by_a_column_of_their_own(tmp_path: Path) -> None:
    text = "file,number,issue_date,document\na.pdf,R-1,2024-03-01,1\nb.xml,R-1,2024-03-01,2\n"
    assert len(listed(tmp_path, text).documents) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_umlauts_are_read(tmp_path: Path, encoding: str) -> None:
    text = "file,number,issue_date,customer_name\r\na.pdf,R-1,2024-03-01,Müller\r\n"
    [document] = listed(tmp_path, text.encode(encoding)).documents
    assert document.fields["customer_name"] == "Müller"


WRONG = {
    "no file": ("file", ",R-1,2024-03-01", "is no path below the folder"),
    "not there": ("file", "x.pdf,R-1,2024-03-01", "is not there"),
    "outside": ("file", "../secret.txt,R-1,2024-03-01", "is no path below the folder"),
    "absolute": ("file", "/etc/passwd,R-1,2024-03-01", "is no path below the folder"),
    "a drive": ("file", "C:\\a.pdf,R-1,2024-03-01", "is no path below the folder"),
    "a link out": ("file", "link.pdf,R-1,2024-03-01", "leads out of the folder"),
    "a folder": ("file", "2024,R-1,2024-03-01", "is no file"),
    "empty": ("file", "empty.pdf,R-1,2024-03-01", "is empty"),
    "no number": ("number", "a.pdf,,2024-03-01", "is no number"),
    "no date": ("issue_date", "a.pdf,R-1,", "is no date"),
    "German date": ("issue_date", "a.pdf,R-1,01.03.2024", "is no date"),
    "no amount": ("total", 'a.pdf,R-1,2024-03-01,"1.190,00"', "is no amount"),
    "not its hash": ("sha256", f"a.pdf,R-1,2024-03-01,,{'0' * 64}", "is not the hash of a.pdf"),
    "no hash": ("sha256", "a.pdf,R-1,2024-03-01,,abc", "is no SHA-256"),
    "no role": ("role", "a.pdf,R-1,2024-03-01,,,Das Original", "is no role"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_amiss_is_said_with_its_line(tmp_path: Path, case: str) -> None:
    column, row, what = WRONG[case]
    head = "file,number,issue_date,total,sha256,role\n2024/c.pdf,R-0,2024-01-01,,,\n"
    old = listed(tmp_path, f"{head}{row}\n")
    found = [each for each in old.amiss if each.column == column]
    assert [each.line for each in found] == [3] * len(found) != []
    assert any(what in str(each) for each in found)
    assert [document.fields["number"] for document in old.documents] == ["R-0"]


def test_all_is_said_at_once(tmp_path: Path) -> None:
    rows = [row for _, row, _ in WRONG.values()]
    old = listed(tmp_path, "file,number,issue_date,total,sha256,role\n" + "\n".join(rows) + "\n")
    assert {each.line for each in old.amiss} == {*range(2, 2 + len(rows))}
    assert old.documents == ()


def test_a_file_stands_in_a_list_once(tmp_path: Path) -> None:
    old = listed(tmp_path, GOOD + "a.pdf,R-2,2024-03-01\n")
    assert [str(each) for each in old.amiss] == [
        "line 3, file: 'a.pdf' stands in line 2 already; leave one of the two out"
    ]
    assert [document.fields["number"] for document in old.documents] == ["R-1"]


def test_a_document_has_one_number(tmp_path: Path) -> None:
    text = "file,number,issue_date,document\na.pdf,R-1,2024-03-01,1\nb.xml,R-2,2024-03-01,1\n"
    old = listed(tmp_path, text)
    assert [each.column for each in old.amiss] == ["number"]
    assert old.documents == ()


@pytest.mark.parametrize("text", ["", "name,date\na,b\n", '"file'])
def test_a_list_without_the_columns_is_refused_whole(tmp_path: Path, text: str) -> None:
    [amiss] = listed(tmp_path, text).amiss
    assert amiss.line == 0
    assert "lack" in str(amiss)
