"""Who may do what (权限): rows of (action, roles); the batch's own steps carry their role in the state table."""

from models import User
from models.errors import PermissionDenied
from models.vocabulary import Role

R = Role

PERMISSIONS: dict[str, tuple[Role, ...]] = {
    "catalogue.import": (R.ADMINISTRATOR, R.ARCHIVIST),
    "full_text.read": (R.ADMINISTRATOR, R.ARCHIVIST),
    "past.import": (R.ADMINISTRATOR, R.ARCHIVIST),
    "suggest": (R.ADMINISTRATOR, R.ARCHIVIST, R.GROUP_LEAD),
    "classifier.train": (R.ADMINISTRATOR, R.GROUP_LEAD),
    "classifier.adopt": (R.ADMINISTRATOR, R.GROUP_LEAD),
    "batch.new": (R.ARCHIVIST, R.GROUP_LEAD),
    "review.opine": (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD),
    "review.order": (R.ARCHIVIST, R.GROUP_LEAD),
    "review.title": (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD, R.PUBLISHER),
    "rules.change": (R.ADMINISTRATOR, R.GROUP_LEAD),
    "agency.register": (R.ADMINISTRATOR, R.ARCHIVIST, R.GROUP_LEAD),
    "certificate.draw": (R.GROUP_LEAD, R.DIRECTOR),
    "certificate.read": (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD),
    "consultation.record": (R.ARCHIVIST, R.GROUP_LEAD),
    "consultation.settle": (R.GROUP_LEAD,),
    "consistency.explain": (R.ARCHIVIST, R.GROUP_LEAD),
    "correction.propose": (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD),
    "correction.settle": (R.ARCHIVIST, R.GROUP_LEAD),
    "plan.change": (R.ARCHIVIST, R.GROUP_LEAD, R.DIRECTOR),
    "delay.record": (R.ARCHIVIST, R.GROUP_LEAD),
    "papers.print": (R.ARCHIVIST, R.GROUP_LEAD, R.DIRECTOR, R.PUBLISHER),
    "papers.attach": (R.ARCHIVIST, R.GROUP_LEAD, R.DIRECTOR, R.PUBLISHER),
    "papers.template": (R.ADMINISTRATOR, R.ARCHIVIST),
    "use.limit": (R.ADMINISTRATOR, R.ARCHIVIST, R.GROUP_LEAD),
    "use.take_out": (R.DIRECTOR,),
    "use.suspend": (R.ARCHIVIST, R.GROUP_LEAD, R.DIRECTOR, R.PUBLISHER),
    "use.restore": (R.DIRECTOR,),
    "use.withdraw": (R.DIRECTOR,),
    "complaint.record": (R.ARCHIVIST, R.GROUP_LEAD, R.DIRECTOR, R.PUBLISHER),
    "complaint.answer": (R.GROUP_LEAD, R.DIRECTOR),
    "user.manage": (R.ADMINISTRATOR,),
    "setting.change": (R.ADMINISTRATOR,),
    "home.backup": (R.ADMINISTRATOR,),
}


def may(user: User, action: str) -> bool:
    """Whether the person holds a role for the action (是否有权)."""
    return user.is_active and any(user.holds(role) for role in PERMISSIONS[action])


def require(user: User, action: str) -> None:
    """Refuse who may not (检查权限).

    Raises
    ------
    PermissionDenied
        ``permission.denied`` with the person, the action and the roles that may.
    """
    if not may(user, action):
        raise PermissionDenied("permission.denied", user=user.name, action=action, roles=PERMISSIONS[action])


def named(by: User | str, action: str) -> str:
    """Name for the ledger (记账人名): a person's, who must hold the right, or of a caller whose right was checked.

    Raises
    ------
    PermissionDenied
        ``permission.denied`` for a person without the right.
    """
    if isinstance(by, User):
        require(by, action)
        return by.name
    return by
