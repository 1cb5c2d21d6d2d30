"""Which warehouse is meant: from the command line, the environment or `accord.yml`; and its address with secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..addresses import ESCAPED, Unset, expand, scheme, secrets_in, secrets_of
from ..diagnostics import choices, did_you_mean
from ..errors import UsageError
from ..model import Config, Profile
from ..redaction import remember

PROFILE, URL = "ACCORD_PROFILE", "ACCORD_WAREHOUSE_URL"
FILES = ("duckdb", "sqlite", "chdb")  # engines whose address is a path


def chosen(
    config: Config, asked: str | None, environment: Mapping[str, str], untrusted: bool = False
) -> Profile | None:
    """The profile: `asked` (a name or a URL), else ACCORD_WAREHOUSE_URL, else ACCORD_PROFILE, else the default of
    `accord.yml`; None means DuckDB over the project's files. Where specs are `untrusted`, no profile of theirs counts.
    """
    address = asked if asked is not None and "://" in asked else None
    if address is None and asked is None:
        address = environment.get(URL) or None
    if address is not None:
        for secret in secrets_of(address):
            remember(secret.text)
        return Profile("--profile" if asked else URL, address)
    name = asked or environment.get(PROFILE) or (None if untrusted else config.profile)
    if name is None:
        return None
    if untrusted:
        hint = f"name the warehouse by its URL: --profile URL, or {URL} in the environment"
        raise UsageError(f"the profile `{name}` is one of untrusted specs and is not used", hint=hint)
    if name not in config.profiles:
        for secret in secrets_of(re.sub(":/*", "://", name, count=1)):  # an address that lacks a `/`
            remember(secret.text)
        hint = did_you_mean(name, config.profiles) or (
            f"profiles: {choices(config.profiles)}"
            if config.profiles
            else "accord.yml has no `warehouse.profiles`; a URL is another way"
        )
        raise UsageError(f"`{name}` is not a profile", hint=hint)
    return config.profiles[name]


def resolved(profile: Profile, root: Path, environment: Mapping[str, str]) -> str:
    """The address with its variables put in and relative files laid into the project; its secrets are remembered.

    Only addresses of `accord.yml` have variables: elsewhere the shell has put them in.
    """
    address = profile.url
    if profile.origin is not None:
        try:
            address = expand(address, environment)
        except Unset as unset:
            span = profile.origin.value("url" if "url" in profile.origin.data else "history")
            hint = f"set it: export {unset.name}=…"
            raise UsageError(f"`{unset.name}` is not set in the environment", hint=hint, span=span) from None
    for text in (*(secret.text for secret in secrets_of(address)), *secrets_in(environment)):
        remember(text)
    if any("@" in secret.text for secret in secrets_of(address) if secret.what == "a password"):
        place = profile.origin.value("url") if profile.origin else None
        raise UsageError("the password in the address of the warehouse has an `@` in it", hint=ESCAPED, span=place)
    kind = scheme(address)
    if kind not in FILES:
        return address
    head, _, rest = address.partition("://")
    path, mark, options = rest.partition("?")
    path = path.removeprefix("/")
    if path in ("", ":memory:"):
        return address
    base = root if profile.origin is not None else Path()  # on the command line: the working folder, as of any path
    return f"{head}:///{(base.absolute() / path)}{mark}{options}"


def local_file(profile: Profile, root: Path, environment: Mapping[str, str]) -> Path | None:
    """The file that the profile's database is, if it is one."""
    address = resolved(profile, root, environment)
    path = address.partition("://")[2].partition("?")[0].removeprefix("/")
    return Path(path) if scheme(address) in FILES and path not in ("", ":memory:") else None


def physical(profile: Profile | None, dataset: str, table: str) -> str:
    """What `table`, as the specs call it, is called in the warehouse."""
    if profile is None:
        return table
    if dataset in profile.tables:
        return profile.tables[dataset]
    parts = table.split(".")
    if len(parts) == 1 and profile.schema:
        parts = [*profile.schema.split("."), *parts]
    if len(parts) == 2 and profile.catalog:
        parts = [profile.catalog, *parts]
    return ".".join(parts)
