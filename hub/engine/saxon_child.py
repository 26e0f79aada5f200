"""The child that runs official XSLT: one thread, one Saxon, JSON lines in and out.

Started by `hub.engine.saxon` with a Python that has saxonche, and nothing of ours.
"""

import html
import importlib
import json
import re
import sys

FIRED = re.compile(
    r"<svrl:(failed-assert|successful-report)\b([^>]*)>(.*?)</svrl:\1\s*>", re.DOTALL
)
ATTRIBUTE = re.compile(r'\b(id|flag|location)\s*=\s*"([^"]*)"')
LOOKED = re.compile(r"<svrl:fired-rule\b")
TEXT = re.compile(r"<svrl:text\b[^>]*>(.*?)</svrl:text\s*>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def fired(report: str) -> list[dict[str, str]]:
    """Return what a Schematron report says, each with id, flag, location and text where stated."""
    found = []
    for _, attributes, content in FIRED.findall(report):
        each = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(attributes)}
        text = TEXT.search(content)
        words = html.unescape(TAG.sub("", text[1])) if text else ""
        found.append({**each, "text": " ".join(words.split())})
    return found


def main() -> None:
    """Answer {"xslt": path, "xml": text} with {"fired": […]}, or {"broken": why} of the sheet.

    With what fired goes whether any rule has looked at the document.
    """
    saxonche = importlib.import_module("saxonche")
    with saxonche.PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        sheets = {}
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                if asked["xslt"] not in sheets:
                    sheet = compiler.compile_stylesheet(stylesheet_file=asked["xslt"])
                    sheets[asked["xslt"]] = sheet
                node = saxon.parse_xml(xml_text=asked["xml"])
                report = sheets[asked["xslt"]].transform_to_string(xdm_node=node) or ""
                looked = LOOKED.search(report) is not None
                answer = json.dumps({"fired": fired(report), "looked": looked})
            except saxonche.PySaxonApiError as error:
                answer = json.dumps({"broken": " ".join(str(error).split())[:500]})
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
