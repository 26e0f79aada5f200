"""A file opened as a guide asks for: the streams of rows in it, or why the guide is not for it."""

from fnmatch import fnmatchcase

from formats.table.archive_file import HEAD, foreign_office, member, names_in, opened
from formats.table.plan import Plan
from formats.table.rows import Stream
from formats.table.sheet_rows import sheet_streams
from formats.table.text_rows import csv_stream, line_stream
from formats.table.workbook import WORKBOOK, is_workbook, no_workbook

_KINDS = {"csv": "a CSV file", "fixed_width": "a text file", "xlsx": "an Excel workbook"}


class Source:
    """A file that tables may be in.

    Attributes:
        names: of the files in it, if it is a ZIP.
    """

    def __init__(self, data: bytes) -> None:
        """Look what kind of file it is.

        Raises:
            Unreadable: IN-XLSX-KIND, an Office file of a kind that is not read; IN-ZIP.
        """
        foreign = foreign_office(data)
        if foreign is not None:
            raise foreign
        self._data = data
        self.names = names_in(data) if data.startswith(HEAD) else ()
        self._form = "text" if not data.startswith(HEAD) else "zip"
        if self._form == "zip" and is_workbook(self.names):
            self._form = "xlsx"
            if WORKBOOK not in self.names:
                raise no_workbook()

    def misfit(self, plan: Plan) -> str | None:
        """Return why a guide cannot be for such a file, or None."""
        wanted = "zip" if plan.is_joined else "xlsx" if plan.form == "xlsx" else "text"
        if wanted != self._form:
            return f"is for {'a ZIP of CSV files' if plan.is_joined else _KINDS[plan.form]}"
        if wanted == "zip":
            return self._wrong_files(plan)
        return None

    def holds_some(self, plan: Plan) -> bool:
        """Whether it is a ZIP with some of the files that a guide joins."""
        patterns = [part.source for part in plan.parts if part.source]
        return (
            self._form == "zip"
            and plan.is_joined
            and any(fnmatchcase(name, each) for name in self.names for each in patterns)
        )

    def streams(self, plan: Plan) -> tuple[Stream, ...]:
        """Return the streams that the guide is for, in the order of its parts.

        Raises:
            Unreadable: the file is broken.
        """
        if plan.form == "xlsx":
            return sheet_streams(self._data, plan)
        if plan.form == "fixed_width":
            return (line_stream(self._data, plan),)
        if not plan.is_joined:
            return (csv_stream(self._data, plan),)
        with opened(self._data) as archive:
            return tuple(
                csv_stream(member(archive, name).read(), plan, name) for name in self._ordered(plan)
            )

    def _wrong_files(self, plan: Plan) -> str | None:
        patterns = {part.source for part in plan.parts if part.source}
        missing = [
            pattern for pattern in patterns if not any(fnmatchcase(n, pattern) for n in self.names)
        ]
        if missing:
            return f"wants the files {', '.join(sorted(missing))} in the ZIP"
        unknown = [n for n in self.names if not any(fnmatchcase(n, each) for each in patterns)]
        return f"does not know the file {unknown[0][:60]} in the ZIP" if unknown else None

    def _ordered(self, plan: Plan) -> list[str]:
        """Return the files as the parts name them: heads before their lines."""
        found: dict[str, None] = {}
        for part in plan.parts:
            if not part.passed and part.source:
                matching = sorted(n for n in self.names if fnmatchcase(n, part.source))
                found |= dict.fromkeys(matching)
        return list(found)
