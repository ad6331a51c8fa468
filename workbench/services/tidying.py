"""Put the intake in order (清理暂存): jobs of dead workers go back into the queue, files that no job needs go."""

from datetime import datetime

from models.errors import WorkbenchError
from workbench import db
from workbench.i18n import t
from workbench.services import intake_files, jobs
from workbench.services.examining import Finding
from workbench.settings import Environment


def tidy(environment: Environment, *, at: datetime) -> list[Finding]:
    """Sweep and say what was found (体检：导入); nothing on a home that cannot be opened."""
    try:
        db.require_current(environment.url)
    except WorkbenchError:
        return []
    with db.transaction(environment.url) as session:
        released = jobs.release_dead(session=session, at=at)
        swept = intake_files.sweep(session, environment.home, at)
    return [Finding("intake", True, t("doctor.intake", released=len(released), swept=swept))]
