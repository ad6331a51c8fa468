"""Jobs that suggest and learn (后台初判与训练): a module of its own, for it loads the learning libraries.

An import needs none of them, and a worker that only imports stays small.
"""

from typing import Any

from models import Job
from models.intake import JobPhase, JobState
from workbench import db
from workbench.services import relearning, suggesting, training
from workbench.services.working import Result, Watch

_PORTION = 2000  # suggestions in one transaction: others write in between


def suggest(watch: Watch, job: Job) -> Result:
    """Suggest for a batch, or for all that is due in portions (初判)."""
    worker, batch_id = watch.worker, job.options.get("batch")
    given: dict[str, Any] = {"home": worker.environment.home, "by": job.made_by}
    counts: dict[str, Any] = {}
    last = 0
    while True:
        watch.tell(JobPhase.SUGGESTING, counts.get("suggested", 0))
        with worker.transaction() as session:
            if batch_id is not None:
                made = suggesting.suggest_batch(session=session, batch_id=batch_id, at=worker.now(), **given)
            else:
                made = suggesting.suggest_due(
                    session=session, at=worker.now(), on=worker.today(), at_most=_PORTION, after=last, **given
                )
                last = made.pop("last")
        counts = {
            name: counts.get(name, 0) + value if isinstance(value, int) else value for name, value in made.items()
        }  # fmt: skip
        if batch_id is not None or made["suggested"] < _PORTION:
            return JobState.DONE, counts


def train(watch: Watch, job: Job) -> Result:
    """Learn from the archive's own decisions; the home is locked only to keep what was learned."""
    worker = watch.worker
    watch.tell(JobPhase.TRAINING)
    if job.options.get("anew"):
        return _relearn(watch, job)
    with db.reading(worker.environment.url) as session:
        trained = training.learn_from_decisions(session, name=str(job.options.get("classifier", "linear")))
    watch.tell(JobPhase.TRAINING)
    with worker.transaction() as session:
        kept = training.keep(
            session=session, home=worker.environment.home, trained=trained, by=job.made_by, at=worker.now(),
            adopted=bool(job.options.get("adopt", False)),
        )  # fmt: skip
        return JobState.DONE, {"digest": kept.digest, "adopted": kept.is_adopted}


def _relearn(watch: Watch, job: Job) -> Result:
    """Learn with what was marked and decided meanwhile, and renew suggestions and order in one transaction."""
    worker = watch.worker
    with db.reading(worker.environment.url) as session:
        trained = relearning.learn(session)
    watch.tell(JobPhase.SUGGESTING)
    with worker.transaction() as session:
        return JobState.DONE, relearning.renew(
            session=session, home=worker.environment.home, trained=trained, by=job.made_by, at=worker.now()
        )
