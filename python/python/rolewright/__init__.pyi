from collections.abc import Sequence
from datetime import datetime
from os import PathLike
from typing import Any, Literal, final, overload

import pyarrow as pa

__all__ = ["Diagnostic", "Policy", "PolicyError"]

_Source = Literal["scim", "jit"]
_Path = str | PathLike[str]

@final
class Diagnostic:
    """One finding: what is wrong, where, and how to mend it. As a text it is drawn as `rolewright check` draws it."""

    @property
    def code(self) -> str:
        """The stable word for it, such as `switch-missing-default`."""
    @property
    def severity(self) -> Literal["error", "warning"]: ...
    @property
    def message(self) -> str: ...
    @property
    def help(self) -> str | None: ...
    @property
    def file(self) -> str | None: ...
    @property
    def line(self) -> int | None:
        """From 1."""
    @property
    def column(self) -> int | None:
        """In characters, from 1."""

class PolicyError(ValueError):
    """What is wrong with a policy."""

    diagnostics: list[Diagnostic]

@final
class Policy:
    """A policy, checked. It does not change, threads can share it, and it can be pickled."""

    @staticmethod
    def load(
        path: _Path, *, settings: dict[str, Any] | None = None, documents: Sequence[_Path] = (), include: Sequence[_Path] = ()
    ) -> Policy:
        """Reads a policy file, and those that it extends.

        `settings` changes places of the policy as `--set` does: `{"connection.default_org": "moby"}`; a text is YAML.
        `documents` are those about the application: its service principal, its list of assignments.
        What the policy extends is read below its folder, and below those in `include`.
        Raises PolicyError, or OSError where a file cannot be read.
        """
    @staticmethod
    def from_text(
        text: str,
        *,
        name: str = "policy",
        settings: dict[str, Any] | None = None,
        documents: Sequence[_Path] = (),
        include: Sequence[_Path] = (),
    ) -> Policy:
        """Reads a policy; what it extends is looked for beside the file that `name` is."""
    @property
    def name(self) -> str: ...
    @property
    def application(self) -> str:
        """The target application."""
    @property
    def sources(self) -> list[_Source]:
        """What `source` can be."""
    @property
    def warnings(self) -> list[Diagnostic]:
        """What the check warns of."""
    @property
    def output_schema(self) -> pa.Schema:
        """The columns that `map` gives."""
    def reads(self, source: _Source = "scim") -> list[str]:
        """The attributes of users that a source reads."""
    def decide(self, user: dict[str, Any], *, source: _Source = "scim", now: datetime | str | None = None) -> dict[str, Any]:
        """What the application gives one user, as a row of `map`."""
    @overload
    def map(self, users: pa.RecordBatch, *, source: _Source = "scim", now: datetime | str | None = None) -> pa.RecordBatch:
        """What the application gives the users, row for row.

        `now` takes the place of the clock; without an offset it is in UTC.
        Raises TypeError for a column that is read and is of a type that no attribute has, ValueError for two columns of one
        name. What is wrong with a row stands in its `error`.
        """
    @overload
    def map(self, users: pa.RecordBatchReader, *, source: _Source = "scim", now: datetime | str | None = None) -> pa.RecordBatchReader: ...
    @overload
    def map(self, users: Any, *, source: _Source = "scim", now: datetime | str | None = None) -> pa.Table: ...
