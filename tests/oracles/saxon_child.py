"""The child that runs official XSLT: one thread, one Saxon, JSON lines in and out.

Started by `tests.oracles.saxon` with a Python of its own that has saxonche, and nothing of ours.
"""

import importlib
import json
import re
import sys

FIRED = re.compile(r"<svrl:(?:failed-assert|successful-report)\b([^>]*)>")
ATTRIBUTE = re.compile(r'\b(id|flag)\s*=\s*"([^"]*)"')


def main() -> None:
    """Answer {"xslt": path, "xml": text} with [[id, flag], …], or with null if it breaks down."""
    saxonche = importlib.import_module("saxonche")
    with saxonche.PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        sheets = {}
        for line in sys.stdin:
            asked = json.loads(line)
            if asked["xslt"] not in sheets:
                sheets[asked["xslt"]] = compiler.compile_stylesheet(stylesheet_file=asked["xslt"])
            try:
                node = saxon.parse_xml(xml_text=asked["xml"])
                report = sheets[asked["xslt"]].transform_to_string(xdm_node=node)
            except saxonche.PySaxonApiError:
                answer = None
            else:
                found = [dict(ATTRIBUTE.findall(each)) for each in FIRED.findall(report or "")]
                answer = [[each.get("id"), each.get("flag")] for each in found]
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
