"""Addresses of warehouses as text: the secrets in them, and variables of the environment put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_ONLY_VARIABLES = re.compile(r"(\$\{[A-Za-z_][A-Za-z0-9_]*\})+")
_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase|code)?$|pwd|token|secret|private_key|api_?key|credentials?(_base64)?$|signature$|^sig$", re.I
)

ESCAPED = (
    "scheme://user:password@host:port/database; in a password write @ : / ? # [ ] % as %40 %3A %2F %3F %23 %5B %5D %25"
)
# A password inside the value of an option, escaped once more: `odbc_connect=DRIVER%3DX%3BPWD%3Dsesame`.
_NESTED = re.compile(r"(?:PWD|PASSWORD)(?:=|%3D)(.+?)(?=%3B|;|$)", re.I)
_DRIVERS = ("PGPASSWORD", "MYSQL_PWD")
_LONG = 8  # other variables hold shorter things, as `1` and `false`


class Unset(Exception):
    """A variable that an address names and the environment has not."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Secret:
    """A part of an address that nobody may see; `what` is what to call it."""

    what: str
    text: str


def scheme(address: str) -> str:
    """What stands before `://`, in small letters and without the driver.

    >>> scheme("postgresql+psycopg://db/shop")
    'postgresql'
    """
    return address.partition("://")[0].partition("+")[0].lower()


def secrets_of(address: str) -> Iterator[Secret]:
    """The password, and the options that hold one."""
    rest = address.partition("://")[2]
    password, rest = _password(rest)
    if password:
        yield Secret("a password", password)
    options = re.split(r"\?|/;", rest, maxsplit=1)
    for option in re.split("[&;]", options[1]) if len(options) > 1 else ():
        key, _, value = option.partition("=")
        if value and _SECRET_KEY.search(key):
            yield Secret(f"a secret (`{key}`)", value)
        for nested in _NESTED.findall(value):
            yield Secret(f"a secret (`{key}`)", nested)


def _password(rest: str) -> tuple[str | None, str]:
    """What stands between `USER:` and the host, even if it should have been escaped; and what comes after it."""
    head = rest.partition("?")[0]
    if head.startswith("/") or ":" not in head:
        return None, rest
    user, at, _ = head.rpartition("@")
    if not at:  # a password with `?` in it, or a port and an `@` among the options
        user, at, _ = rest.rpartition("@")
        if not at or re.match(r"\d+(/|$)", head.partition(":")[2]):
            return None, rest
    return (user.partition(":")[2] or None) if ":" in user else None, rest[len(user) + 1 :]


def secrets_in(environment: Mapping[str, str]) -> Iterator[str]:
    """The values of variables that hold a secret by their name, whoever may read them: `PGPASSWORD`, `AWS_…_KEY`."""
    for name, value in environment.items():
        secret = _SECRET_KEY.search(name) and name not in ("PWD", "OLDPWD") and len(value) >= _LONG
        if (secret or name in _DRIVERS) and not value.startswith(("/", "~")):  # the path of a file with it
            yield value


def secret_in(address: str) -> str | None:
    """What the address says that has to come from the environment; None if nothing does.

    >>> secret_in("postgresql://me:${PASSWORD}@db/shop")
    >>> secret_in("postgresql://me:sesame@db/shop")
    'a password'
    """
    for secret in secrets_of(address):
        if secret.text and not _ONLY_VARIABLES.fullmatch(secret.text):
            return secret.what
    return None


def expand(address: str, environment: Mapping[str, str]) -> str:
    """The address with its variables; where one is a part of the address, what is special in URLs is escaped.

    >>> expand("postgresql://me:${P}@db/shop", {"P": "a/b"})
    'postgresql://me:a%2Fb@db/shop'
    >>> expand("${URL}", {"URL": "sqlite:///a.db"})
    'sqlite:///a.db'
    """
    held = [secret.text for secret in secrets_of(address)]
    escaped: Callable[[str], str] = lambda text: quote(text, safe="")  # noqa: E731
    for text in sorted(set(held), key=len, reverse=True):
        address = address.replace(text, _put(text, environment, escaped))
    return _put(address, environment, lambda text: text)


def _put(text: str, environment: Mapping[str, str], written: Callable[[str], str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in environment:
            raise Unset(found[1])
        return written(environment[found[1]])

    return _VARIABLE.sub(value, text)
