PYTHON ?= .venv/bin/python
