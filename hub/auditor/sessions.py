"""Sessions of auditors: in this process alone, so that nothing is written for them."""

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

COOKIE: Final = "facteur_auditor"
_SESSIONS_MAX: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session of one access."""

    access: str
    language: str
    expires_at: datetime


class Sessions:
    """Who has come in, by the hash of what his cookie holds."""

    def __init__(self, *, clock: Callable[[], datetime], life: timedelta) -> None:
        self._clock = clock
        self._life = life
        self._known: dict[str, Session] = {}
        self._guard = threading.Lock()

    def begin(self, access: str, language: str) -> str:
        """Begin one; returns its secret."""
        secret = secrets.token_urlsafe(32)
        session = Session(access=access, language=language, expires_at=self._clock() + self._life)
        with self._guard:
            now = self._clock()
            for key in [key for key, known in self._known.items() if known.expires_at <= now]:
                del self._known[key]
            if len(self._known) >= _SESSIONS_MAX:
                del self._known[next(iter(self._known))]
            self._known[_hash(secret)] = session
        return secret

    def find(self, secret: str) -> Session | None:
        """Return a session that is not over."""
        session = self._known.get(_hash(secret))
        return session if session and self._clock() < session.expires_at else None

    def speak(self, secret: str, language: str) -> None:
        """Go on in another language."""
        with self._guard:
            if session := self._known.get(_hash(secret)):
                self._known[_hash(secret)] = replace(session, language=language)

    def end(self, secret: str) -> None:
        """End one."""
        with self._guard:
            self._known.pop(_hash(secret), None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
