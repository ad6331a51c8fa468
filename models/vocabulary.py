"""Controlled terms (受控词): the words that tables, rules and screens share; labels live in the locale."""

from enum import StrEnum


class Access(StrEnum):
    """Outcome of the opening review (开放 / 延期开放); "not decided" is ``None``."""

    OPEN = "open"
    RESTRICTED = "restricted"


class Ground(StrEnum):
    """Why opening is delayed (延期理由): the four heads of 国家档案馆档案开放办法 art. 8, its third in two."""

    STATE_SECRET = "STATE_SECRET"
    NATIONAL_INTEREST = "NATIONAL_INTEREST"
    PERSONAL_INFORMATION = "PERSONAL_INFORMATION"
    INTELLECTUAL_PROPERTY = "INTELLECTUAL_PROPERTY"
    OTHER_LAW = "OTHER_LAW"


class Level(StrEnum):
    """Level of description (著录级别), ISAD(G) 3.1.4."""

    FILE = "FILE"
    ITEM = "ITEM"


class Precision(StrEnum):
    """How exactly a creation date is known (日期精度)."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"


class SecurityClass(StrEnum):
    """State-secret class as marked on the document (密级)."""

    TOP_SECRET = "TOP_SECRET"
    SECRET = "SECRET"
    CONFIDENTIAL = "CONFIDENTIAL"


class Effect(StrEnum):
    """What a matching rule does (规则效力).

    ``restrict`` suggests 延期; ``caution`` vetoes "open", a person must look; ``mark`` is shown and
    feeds the learner; ``open`` speaks for opening but alone opens nothing.
    """

    RESTRICT = "restrict"
    CAUTION = "caution"
    MARK = "mark"
    OPEN = "open"


class Role(StrEnum):
    """What a person may do (角色)."""

    ADMINISTRATOR = "administrator"
    ARCHIVIST = "archivist"
    REVIEWER = "reviewer"
    GROUP_LEAD = "group_lead"
    DIRECTOR = "director"
    PUBLISHER = "publisher"


class ReviewStage(StrEnum):
    """Which reading an opinion belongs to (初审 / 复审 / 会商)."""

    FIRST = "first"
    SECOND = "second"
    ARBITRATION = "arbitration"


class BatchState(StrEnum):
    """Where a batch stands (批次状态)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    IN_CONSULTATION = "in_consultation"
    AGREED = "agreed"
    CERTIFIED = "certified"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


class BatchAction(StrEnum):
    """What moves a batch (批次动作); the values are the words of the command line."""

    START = "start"
    FINISH = "finish"
    CONSULT = "consult"
    SKIP_CONSULTATION = "skip-consultation"
    HOLD_BACK = "hold-back"
    CONCLUDE = "conclude"
    CERTIFY = "certify"
    SKIP_CERTIFICATION = "skip-certification"
    FAIL = "fail"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REOPEN = "reopen"
    PUBLISH = "publish"


class UseState(StrEnum):
    """Use of an opened item after publication (公布后的利用状态)."""

    SUSPENDED = "suspended"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"


class TextSource(StrEnum):
    """Where a page's text came from (文字来源): its text layer, recognition, or nowhere yet."""

    LAYER = "layer"
    RECOGNISED = "recognised"
    UNREAD = "unread"


class VolumeStatus(StrEnum):
    """What a volume's items make of it (案卷状态): derived from them, never stored."""

    OPEN = "open"
    PARTLY_OPEN = "partly_open"
    RESTRICTED = "restricted"
    UNDECIDED = "undecided"
