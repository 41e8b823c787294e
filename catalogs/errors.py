"""One class per kind of failure. A message says where, what, what was expected; a hint says what to do.

Raise only where no honest result is possible; a bad row is a `Gap` (inventory/model.py), not an error. The exit code
of each class stands in one table in govcloud.py.
"""

from __future__ import annotations

from catalogs.words import Text


class GovcloudError(Exception):
    """A failure that a person can mend; the command line prints it without a traceback."""

    answered = False
    """Whether the command printed its JSON answer already, so that no second one follows it."""

    def __init__(self, zh: str, en: str, *, hint: Text | None = None) -> None:
        super().__init__(zh)
        self.message = Text(zh, en)
        self.hint = hint

    def __str__(self) -> str:
        """The message in the current language."""
        return str(self.message)


class UsageError(GovcloudError):
    """The command was called with values that do not go together."""


class CatalogError(GovcloudError):
    """A catalogue or settings file is wrong; the message lists every mistake with file, line and column."""


class CollectError(GovcloudError):
    """A file or a cloud cannot be read at all."""


class StoreError(GovcloudError):
    """The store cannot be opened, is of another version, or the disk is full."""


class PlanError(GovcloudError):
    """There is no plan: infeasible (proven) or unknown (time ran out)."""


class ProvisionError(GovcloudError):
    """The engine, the provider or the target cloud refused."""


class ReportError(GovcloudError):
    """A report cannot be made from what there is."""


class CheckFailed(GovcloudError):  # noqa: N818 - a finding, not an error
    """A check said no: the command worked, its answer is a refusal."""


class Partial(GovcloudError):  # noqa: N818 - a finding, not an error
    """The work is done but something is missing, and the message says what."""
