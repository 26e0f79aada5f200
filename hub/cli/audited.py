"""The pages for auditors, served by a process of their own that can change nothing but file."""

import logging
from argparse import Namespace

import uvicorn

from hub.auditor import app as auditor
from hub.cli.ports import listening
from hub.config.loading import load
from hub.wiring.auditing import reading_house
from hub.wiring.building import close


def serve(options: Namespace) -> int:
    """Serve them until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    config = load(options.config)
    with listening("auditor.listen", config.auditor.listen) as door:
        house = reading_house(config)
        try:
            logging.getLogger("facteur").info("auditors' pages on http://%s", config.auditor.listen)
            app = auditor.create(house)
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
            server.run(sockets=[door])
        finally:
            close(house)
    return 0
