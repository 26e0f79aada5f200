"""Pages for clerk, mailroom and auditor, mounted beside the API."""

from fastapi import FastAPI

from hub.pipeline.house import House


def mount(app: FastAPI, house: House) -> None:
    """Add the console's pages to the application."""
    app.state.house = house
