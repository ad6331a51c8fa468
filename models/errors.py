"""Everything that can go wrong on purpose (错误): a code and parameters; the prose is in ``workbench/locale``.

::

    WorkbenchError
    ├─ ImportFailure       import.*       the file as a whole cannot be read (one row's fault is a RowProblem)
    ├─ LawError            rule.* · parameter.*
    ├─ LearnerError        classifier.*
    ├─ ProcedureError      batch.* · publication.* · setting.* · user.*
    │  └─ ReviewError      review.*
    ├─ PermissionDenied    permission.* · sign_in.*
    ├─ HomeError           home.* · backup.*
    └─ LedgerBroken        ledger.*
"""


class WorkbenchError(Exception):
    """A refusal that a person can read and act on: ``code`` names the text, ``params`` fill it."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        """Show code and parameters, for logs of developers only; people read ``i18n.explain``."""
        return f"{self.code} {self.params}" if self.params else self.code


class ImportFailure(WorkbenchError):
    """A catalogue file that cannot be read at all (目录文件无法读取)."""


class LawError(WorkbenchError):
    """A rule or a legal parameter that is not well formed or not in force (规则或法律参数有误)."""


class LearnerError(WorkbenchError):
    """A classifier that cannot be trained, loaded or trusted (分类器不可用)."""


class ProcedureError(WorkbenchError):
    """A step that the procedure does not allow now (程序不允许)."""


class ReviewError(ProcedureError):
    """An opinion that may not be recorded (意见不能登记)."""


class PermissionDenied(WorkbenchError):
    """The person lacks the role, or is not who they say (无权操作)."""


class HomeError(WorkbenchError):
    """The home folder, its database or a backup is missing or unfit (数据目录有误)."""


class LedgerBroken(WorkbenchError):
    """The audit chain does not hold (审计账断链)."""
