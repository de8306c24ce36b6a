"""Everything that can go wrong, each with what happened, to which case, what to do next, and when.

JpoError
├── InputError                the caller can mend it; nothing was sent, nothing was spent
│   ├── BadNumber             not a number we can read, or one that cannot exist
│   ├── AmbiguousNumber       several readings; they are listed, none is picked
│   ├── UnsupportedNumber     understood, but the JPO's API does not serve it
│   └── BadArgument           another argument is wrong, unknown or missing
├── SetupError                the operator can mend it
│   ├── NoCredentials         no ID and password configured
│   ├── BadSetting            a setting cannot be used
│   ├── UnsafeDirectory       a folder is not ours alone
│   ├── UnsafeStart           served like this, the server would be open to others than it is for
│   ├── NotEntitled           the ID has no five-office dossiers (OPD), or they are switched off
│   ├── MissingScope          the access token does not allow it
│   ├── AuditUnavailable      the access cannot be written down, so nothing is sent
│   ├── LedgerUnavailable     the day's accesses cannot be counted, so nothing is sent
│   │   └── UnsafeRedis       the Redis that should count them for several machines might lose them
│   └── NotSearchable         what is kept cannot be searched here: no FTS5, or a file that cannot be used
├── HostUnchanged             a host's configuration was left as it is (`jpo-mcp install`)
├── UnreadableBundle          a bundle of papers that is damaged or hostile (`archive`)
├── UnreadablePdf             a paper's PDF that is damaged, locked or hostile (`documents.pdf`)
├── NotOnFile                 the JPO answered: nothing under that number (107, 108, 111)
├── QuotaSpent                no access left today for that endpoint (203, or our own count)
│   └── ShareSpent            one person's share of it; others still have theirs
├── TooSoon                   the minute is full and waiting would outlast the deadline
├── TooManyCalls              one person calls the server more often than it serves anybody
└── UpstreamError             the JPO could not or would not answer
    ├── AuthRefused           ID or password not accepted (212), or a second 210
    ├── JpoBusy               too many at once (303)
    ├── JpoUnavailable        no answer, 5xx, 302, 999, maintenance, or the breaker is open
    ├── JpoRefused            the JPO rejected the request (204, 208, 301, 400)
    ├── MalformedReply        an answer that is not in the API's form
    ├── WrongCase             an answer about another case than the one asked for
    └── UnsafeLink            a download link that must not be followed
"""

from __future__ import annotations

import errno
import os
import unicodedata
from typing import ClassVar, Literal, NamedTuple

Lang = Literal["ja", "en", "both"]

_QUOTED = 40


class Words(NamedTuple):
    """One statement in the two languages we speak."""

    en: str
    ja: str

    def say(self, lang: Lang = "both") -> str:
        """`ja`, `en`, or the two joined by a slash."""
        if lang == "both":
            return self.en if self.en == self.ja else f"{self.ja} / {self.en}"
        return self.ja if lang == "ja" else self.en


def quote(text: str) -> str:
    """Somebody's text, safe to repeat in a message: at most 40 characters, nothing invisible."""
    shown = "".join(_visible(c) for c in text[:_QUOTED])
    return f'"{shown[:_QUOTED]}{"…" if len(text) > _QUOTED or len(shown) > _QUOTED else ""}"'


def _visible(char: str) -> str:
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return f"\\u{ord(char):04x}"
    return char


def reason_of(failure: OSError | RuntimeError) -> Words:
    """What the system says is wrong with a file, without its path."""
    if isinstance(failure, RuntimeError):  # how `Path.resolve` tells of links in a circle
        failure = OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    said = failure.strerror or type(failure).__name__
    return Words(said, said)


class JpoError(Exception):
    """Base of all errors here. The text is written for the person, or the model, who must act on it.

    `retry_at` is JST ISO text, or None when waiting will not help. `spent` is what this call cost.
    """

    code: ClassVar[str] = "error"

    def __init__(
        self,
        what: Words,
        next_step: Words,
        *,
        rule: Words | None = None,
        example: str | None = None,
        field: str | None = None,
        retry_at: str | None = None,
        spent: int = 0,
    ) -> None:
        super().__init__(what, next_step)
        self.what = what
        self.next_step = next_step
        self.rule = rule
        self.example = example
        self.field = field
        self.retry_at = retry_at
        self.spent = spent

    def text(self, lang: Lang = "both") -> str:
        """The whole message, in one or both languages, ending with what it cost."""
        parts = [self._in_one("ja"), self._in_one("en")] if lang == "both" else [self._in_one(lang)]
        head = f"[{self.code}]" + (f" {self.field}:" if self.field else "")
        tail = f"accesses_spent: {self.spent}" + (f", retry_at: {self.retry_at}" if self.retry_at else "")
        return "\n".join([f"{head} {parts[0]}", *parts[1:], tail])

    def brief(self, lang: Lang = "both") -> str:
        """What happened, with its code, in a line."""
        return f"[{self.code}] {self.what.say(lang)}"

    def _in_one(self, lang: Literal["ja", "en"]) -> str:
        labels = ("規則：", "例：", "次に：") if lang == "ja" else ("Rule: ", "Example: ", "Next: ")
        said = [self.what.say(lang)]
        if self.rule:
            said.append(labels[0] + self.rule.say(lang))
        if self.example:
            said.append(labels[1] + self.example)
        said.append(labels[2] + self.next_step.say(lang))
        return " ".join(said)

    def __str__(self) -> str:
        return self.text()


class InputError(JpoError):
    """The caller can mend it. Nothing was sent to the JPO."""

    code = "bad_input"


class BadNumber(InputError):
    """Not a number we can read, or one that cannot exist. `reason` is a stable word for programs."""

    code = "bad_number"

    def __init__(
        self,
        reason: str,
        what: Words,
        next_step: Words,
        *,
        rule: Words | None = None,
        example: str | None = None,
        field: str = "number",
    ) -> None:
        super().__init__(what, next_step, rule=rule, example=example, field=field)
        self.reason = reason


class AmbiguousNumber(InputError):
    """Several readings of one notation; `candidates` says each in words. None is picked."""

    code = "ambiguous_number"

    def __init__(
        self,
        what: Words,
        next_step: Words,
        *,
        candidates: tuple[str, ...],
        rule: Words | None = None,
        example: str | None = None,
        field: str = "number",
    ) -> None:
        super().__init__(what, next_step, rule=rule, example=example, field=field)
        self.candidates = candidates


class UnsupportedNumber(InputError):
    """Understood, but no endpoint of the JPO takes it."""

    code = "unsupported_number"


class BadArgument(InputError):
    """Another argument is wrong, unknown or missing."""

    code = "bad_argument"


class SetupError(JpoError):
    """The person who runs the server can mend it."""

    code = "setup"


class NoCredentials(SetupError):
    """No ID and password of the JPO's API are configured."""

    code = "no_credentials"


class BadSetting(SetupError):
    """A setting cannot be used."""

    code = "bad_setting"


class UnsafeDirectory(SetupError):
    """A folder that must be ours alone is not."""

    code = "unsafe_directory"


class UnsafeStart(SetupError):
    """Served over HTTP like this, the server would be open to others than it is for."""

    code = "unsafe_start"


class NotEntitled(SetupError):
    """The JPO grants the five offices' dossiers (OPD) apart from the rest, and this ID does not seem to have them."""

    code = "not_entitled"


class MissingScope(SetupError):
    """The access token does not allow it."""

    code = "missing_scope"


class AuditUnavailable(SetupError):
    """Accesses must be written down and cannot be, so none may be spent."""

    code = "audit_unavailable"


class LedgerUnavailable(SetupError):
    """The day's accesses cannot be counted, so none may be spent."""

    code = "ledger_unavailable"


class UnsafeRedis(LedgerUnavailable):
    """The Redis that should count accesses for several machines might lose them, or let anybody in."""

    code = "unsafe_redis"


class NotSearchable(SetupError):
    """What is kept on this machine cannot be searched; it can still be read."""

    code = "not_searchable"


class HostUnchanged(JpoError):
    """A host's configuration could not be changed safely, or was not to be, and is as it was."""

    code = "host_unchanged"


class NotOnFile(JpoError):
    """The JPO has nothing under that number. Never proof that the case does not exist."""

    code = "not_on_file"


class QuotaSpent(JpoError):
    """No access left today for that endpoint."""

    code = "quota_spent"


class ShareSpent(QuotaSpent):
    """One person has taken their share of that endpoint's day; `person` says who."""

    code = "share_spent"

    def __init__(
        self, person: str, what: Words, next_step: Words, *, rule: Words | None = None, retry_at: str | None = None
    ) -> None:
        super().__init__(what, next_step, rule=rule, retry_at=retry_at)
        self.person = person


class TooSoon(JpoError):
    """The minute is full, and waiting for a place would outlast the deadline."""

    code = "too_soon"


class TooManyCalls(JpoError):
    """One person calls tools more often than the server lets anybody. Nothing was sent to the JPO."""

    code = "too_many_calls"


class UpstreamError(JpoError):
    """The JPO could not or would not answer."""

    code = "upstream"


class AuthRefused(UpstreamError):
    """The JPO did not accept the ID, the password or a fresh token."""

    code = "auth_refused"


class JpoBusy(UpstreamError):
    """Too many accesses at once (303)."""

    code = "jpo_busy"


class JpoUnavailable(UpstreamError):
    """No answer, or one that says the JPO cannot answer now."""

    code = "jpo_unavailable"


class JpoRefused(UpstreamError):
    """The JPO rejected the request as it was sent."""

    code = "jpo_refused"


class MalformedReply(UpstreamError):
    """An answer that is not in the API's form."""

    code = "malformed_reply"


class WrongCase(UpstreamError):
    """An answer about another case than the one asked for."""

    code = "wrong_case"


class UnsafeLink(UpstreamError):
    """A download link that must not be followed."""

    code = "unsafe_link"
