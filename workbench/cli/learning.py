"""``suggest score train classifier evaluate simulate`` (初判、评分、训练、分类器、评测、回放)."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from models.errors import HomeError
from models.vocabulary import Access
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE, FILE
from workbench.i18n import t, term
from workbench.services import classifiers_kept, encoders, evaluating, simulating, suggesting, training, watching

SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@root.command("suggest", help=t("cli.help.suggest"))
@click.option("--batch", "batch_id", type=int, help=t("cli.help.suggest_batch"))
@click.option("--engine", type=click.Choice(suggesting.ENGINES), help=t("cli.help.suggest_engine"))
@click.option("--scheduler", metavar="ADDR", help=t("cli.help.suggest_scheduler"))
@pass_call
def suggest(call: Call, batch_id: int | None, engine: str | None, scheduler: str | None) -> None:
    """Store suggestions with evidence."""
    with call.transaction() as session:
        by = call.actor(session, "suggest")
        given: dict[str, Any] = {
            "session": session, "home": call.home, "by": by, "at": call.at, "scheduler": scheduler,
            "engine": engine or ("dask" if scheduler else None),
        }  # fmt: skip
        if batch_id is None:
            made = suggesting.suggest_due(on=call.on, **given)
        else:
            made = suggesting.suggest_batch(batch_id=batch_id, **given)
    if made["classifier"] is None:
        call.say(t("learning.no_classifier"))
    call.emit(made, t("learning.suggested", **made))


@root.command("score", help=t("cli.help.score"))
@click.argument("source", metavar="IN", type=FILE)
@click.argument("target", metavar="OUT", type=FILE)
@click.option("--on", "_on", type=DATE, help=t("cli.help.score_on"))
@pass_call
def score(call: Call, source: Path, target: Path, _on: date | None) -> None:
    """Write suggestions for any catalogue file."""
    _require_file(source)
    with call.reading() as session:
        made = suggesting.score_file(
            session, call.home, source, target, on_progress=lambda rows: call.say(t("learning.scoring", rows=rows))
        )
    if made["classifier"] is None:
        call.say(t("learning.no_classifier"))
    call.emit(made, t("learning.scored", **made))


@root.command("train", help=t("cli.help.train"))
@click.option("--from", "files", type=FILE, multiple=True, metavar="LABELLED.csv", help=t("cli.help.train_from"))
@click.option("--classifier", "name", default="linear", show_default=True, help=t("cli.help.train_classifier"))
@click.option("--checkpoint", type=click.Path(path_type=Path), metavar="DIR", help=t("cli.help.train_checkpoint"))
@click.option("--leak", type=SHARE, help=t("cli.help.train_leak"))
@click.option("--no-adopt", is_flag=True, help=t("cli.help.no_adopt"))
@pass_call
def train(
    call: Call, files: tuple[Path, ...], name: str, checkpoint: Path | None, leak: float | None, no_adopt: bool
) -> None:
    """Train from labelled files or from approved decisions."""
    for file in files:
        _require_file(file)
    how = encoders.settings(call.home, name, checkpoint, on_epoch=lambda told: call.say(t("learning.epoch", **told)))
    # Learning takes its time; the home is locked for writing only to keep what was learned.
    with call.reading() as session:
        by = call.actor(session, "classifier.train")
        if files:
            trained = training.learn_from_files(session, files, name=name, leak=leak, **how)
        else:
            trained = training.learn_from_decisions(session, name=name, leak=leak, **how)
    with call.transaction() as session:
        kept = training.keep(session=session, home=call.home, trained=trained, by=by, at=call.at, adopted=not no_adopt)
        card = {"digest": kept.digest, "adopted": kept.is_adopted, **kept.card}
    call.emit(card, lambda: card_lines(card))


@root.group("classifier", help=t("cli.help.classifier"))
def classifier() -> None:
    """Classifiers of this home."""


@classifier.command("list", help=t("cli.help.classifier_list"))
@pass_call
def list_classifiers(call: Call) -> None:
    """List kept classifiers."""
    with call.reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "digest": kept.digest,
                "name": kept.name,
                "adopted": kept.is_adopted,
                "certified_on": kept.card.get("certified_on"),
                "trained_by": kept.trained_by,
                "trained_at": kept.trained_at,
            }
            for kept in classifiers_kept.everything(session)
        ]
    call.emit(rows, lambda: [_line(row) for row in rows])


def _line(row: dict[str, Any]) -> str:
    mark = "*" if row["adopted"] else " "
    return f"{mark} {row['digest'][:12]}  {row['name']}  {row['certified_on']}  {row['trained_at']:%Y-%m-%d %H:%M}"


@classifier.command("show", help=t("cli.help.classifier_show"))
@click.argument("digest", required=False)
@pass_call
def show(call: Call, digest: str | None) -> None:
    """Show a card: the one in use, or any."""
    with call.reading() as session:
        kept = classifiers_kept.find(session, digest) if digest else classifiers_kept.in_use(session)
    if kept is None:
        call.emit(None, t("learning.no_classifier"))
        return
    card = {"digest": kept.digest, "adopted": kept.is_adopted, **kept.card}
    call.emit(card, lambda: card_lines(card))


@classifier.command("adopt", help=t("cli.help.classifier_adopt"))
@click.argument("digest")
@pass_call
def adopt(call: Call, digest: str) -> None:
    """Put a kept classifier into use."""
    with call.transaction() as session:
        by = call.actor(session, "classifier.adopt")
        kept = classifiers_kept.adopt(session=session, digest=digest, by=by, at=call.at)
    call.emit({"digest": kept.digest}, t("learning.adopted", digest=kept.digest[:12]))


@classifier.command("rollback", help=t("cli.help.classifier_rollback"))
@pass_call
def rollback(call: Call) -> None:
    """Return to the classifier before this one."""
    with call.transaction() as session:
        kept = classifiers_kept.roll_back(session=session, by=call.actor(session, "classifier.adopt"), at=call.at)
    call.emit({"digest": kept.digest}, t("learning.adopted", digest=kept.digest[:12]))


@classifier.command("doubts", help=t("cli.help.classifier_doubts"))
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help=t("cli.help.doubts_limit"))
@pass_call
def doubts(call: Call, limit: int) -> None:
    """List past decisions that the classifier in use doubts."""
    with call.reading() as session:
        rows = watching.doubted(session, limit=limit)
    call.emit(
        rows, lambda: [
            f"{r['reference_code']}\t{term(Access(r['access']))}\t{r['probability']:.2f}\t{r['title']}" for r in rows
        ] or [t("groups.doubts.none")]
    )  # fmt: skip


@classifier.command("watch", help=t("cli.help.classifier_watch"))
@pass_call
def watch(call: Call) -> None:
    """Say whether the probabilities of the classifier in use still hold."""
    with call.reading() as session:
        found = watching.drifts(session)
    if found is None:
        call.emit(None, t("learning.no_classifier"))
        return
    call.emit(found, t(f"groups.drift.{found['state']}", count=found["count"], highest=f"{found['highest']:.1f}"))


@root.command("evaluate", help=t("cli.help.evaluate"))
@click.argument("file", metavar="LABELLED.csv", type=FILE)
@pass_call
def evaluate(call: Call, file: Path) -> None:
    """Measure rules and classifier on a labelled file."""
    _require_file(file)
    with call.reading() as session:
        figures = evaluating.evaluate_file(session, call.home, file)
    if figures["auc"] is None:
        call.say(t("learning.no_classifier"))
    call.emit(figures, lambda: [_figure(key, figures[key]) for key in figures if key != "coverage_at_leak"])


@root.command("simulate", help=t("cli.help.simulate"))
@click.argument("file", metavar="DATA.csv", type=FILE)
@click.option("--text", required=True, metavar="COLUMN,COLUMN", help=t("cli.help.simulate_text"))
@click.option("--label", required=True, metavar="COLUMN", help=t("cli.help.simulate_label"))
@click.option("--priors", required=True, type=FILE, help=t("cli.help.simulate_priors"))
@click.option("--seed", type=int, default=0, show_default=True, help=t("cli.help.simulate_seed"))
@pass_call
def simulate(call: Call, file: Path, text: str, label: str, priors: Path, seed: int) -> None:
    """Replay a screening."""
    _require_file(file)
    _require_file(priors)
    columns = [column.strip() for column in text.split(",") if column.strip()]
    found = simulating.simulate_file(file, text=columns, label=label, priors=priors, seed=seed)
    shown = [key for key in found if key != "order"]
    call.emit(found, lambda: [f"{key}\t{found[key]:.4g}" for key in shown])


def card_lines(card: dict[str, Any]) -> list[str]:
    """A classifier's card as people read it (分类器卡片)."""
    certificate = card["certificate"]
    lines = [
        t(
            "learning.card.head",
            digest=card["digest"][:12],
            name=card["name"],
            standing=t(f"learning.card.{'in_use' if card['adopted'] else 'kept'}"),
        ),
        t("learning.card.rows", **{key: card["rows"][key] for key in ("taught", "open", "restricted", "apart")}),
        t("learning.card.order", auc=_share(card["held_out"]["auc"]["value"]), groups=card["held_out"]["groups"]),
    ]
    if certificate["threshold"] is None and card["needed"] is None:
        lines.append(t("groups.card.not_separable", limit=certificate["limit"]))
    elif certificate["threshold"] is None:
        lines.append(t("learning.card.not_certified", limit=certificate["limit"], needed=card["needed"]))
    else:
        lines.append(t(f"learning.card.certified_on.{card['certified_on'].replace(' ', '_')}"))
        lines.append(
            t("learning.card.certified", limit=certificate["limit"], coverage=_share(card["coverage"]),
              n=certificate["n"], k=certificate["k"])
        )  # fmt: skip
    marks = card.get("marks")
    if marks and marks["count"]:
        lines.append(t("groups.marking.changed", **marks))
    return lines


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _figure(key: str, figure: dict[str, Any] | None) -> str:
    label = t(f"learning.figures.{key}")
    if figure is None:
        return f"{label}\t-"
    return f"{label}\t{_share(figure['value'])}\t[{_share(figure['low'])}, {_share(figure['high'])}]"


def _require_file(file: Path) -> None:
    if not file.is_file():
        raise HomeError("home.no_file", path=str(file))
