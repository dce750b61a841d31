"""``tuiradio eval``: how well models hear the music of this library."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict

from tuiradio.cli import session as shared
from tuiradio.cli.output import json_line, line, say
from tuiradio.cli.progress import Progress
from tuiradio.engine.studies import MeasuringProgress
from tuiradio.evaluation.hearing import Listener
from tuiradio.evaluation.report import Answer, Report
from tuiradio.evaluation.run import Plan, study
from tuiradio.evaluation.study import CHANCE
from tuiradio.evaluation.tasks import HALVES
from tuiradio.evaluation.verdict import Finding, explained, verdict
from tuiradio.library.track import Status, Track
from tuiradio.listening.card import ModelFile, find_model

BASELINE = "mfcc"

_TAG_ROWS = (("p1", "P@1"), ("p5", "P@5"), ("map", "MAP"), ("auc", "AUC"))
_HALVES_ROWS = (("p1", "found first"), ("mrr", "MRR"), ("auc", "triplets"))


def run(arguments: argparse.Namespace) -> int:
    """Measure, and print table and verdict; see ``tuiradio eval --help``."""
    report = _study(arguments)
    findings = verdict(report)
    if arguments.json:
        json_line({**asdict(report), "verdict": [asdict(finding) for finding in findings]})
        return 0
    for words in explained(report):
        say(words)
    _print(report)
    line("")
    _print_verdict(findings)
    return 0


def _study(arguments: argparse.Namespace) -> Report:
    arguments.seeds = []
    with shared.headless() as session:
        listening = session.config.listening
        in_use = find_model(listening.model or None)
        models = _models(arguments.model, in_use)
        if all(model.card.id != in_use.card.id for model in models):
            # Nobody asks what the model in use hears.
            arguments.no_wait = True
        shared.prepare(session, arguments)
        paths = session.paths
    # Our own engine has ended here, and leaves the processor to what follows.
    with session.reader() as reader:
        tracks = [track for track in reader.tracks(reader.track_ids()) if _can_be_heard(track)]
        listener = Listener(listening.workers, listening.time_limit_s, paths.log_file)
        plan = Plan(models, arguments.limit, arguments.seed)
        with Progress(sys.stderr) as progress:
            return study(
                tracks,
                plan,
                reader.vectors_of,
                listener,
                lambda done, total: progress.on_event(MeasuringProgress(done, total)),
            )


def _models(names: Sequence[str] | None, in_use: ModelFile) -> tuple[ModelFile, ...]:
    """The models named, else the one in use and the baseline; each once.

    Raises:
        ModelError: one of them cannot be used.
    """
    found = [find_model(name) for name in names] if names else [in_use, find_model(BASELINE)]
    return tuple({model.card.id: model for model in found}.values())


def _can_be_heard(track: Track) -> bool:
    return not track.missing and track.status is not Status.FAILED


def _print(report: Report) -> None:
    names = [model.name for model in report.models]
    titles = [*(answer.title for answer in report.answers), "sub-space alone, MAP"]
    first = max(map(len, titles))
    wide = max(13, *map(len, names))
    heads = "  ".join(f"{name:>{wide}}" for name in names)
    line(f"{'':{first}}  {'n':>5}  {'artists':>7}  {'':11}  {CHANCE:>6}  {heads}")
    for answer in report.answers:
        _print_answer(answer, names, first, wide)
    _print_parts(report, first)


def _print_answer(answer: Answer, names: Sequence[str], first: int, wide: int) -> None:
    lead = f"{answer.title:<{first}}  {answer.queries:>5,}  {answer.artists:>7,}"
    if not answer.figures:
        line(f"{lead}  nothing to ask about")
        return
    figures = {(one.model, one.measure): one for one in answer.figures}
    chance = dict(answer.chance)
    for measure, title in _HALVES_ROWS if answer.label == HALVES else _TAG_ROWS:
        cells = []
        for name in names:
            one = figures[name, measure]
            cell = f"{one.value:.3f} ± {'?' if one.noise is None else f'{one.noise:.3f}'}"
            cells.append(f"{cell:>{wide}}")
        few = "  too few" if answer.lacks else ""
        line(f"{lead}  {title:<11}  {chance[measure]:6.3f}  {'  '.join(cells)}{few}")
        lead = f"{'':{first + 16}}"


def _print_parts(report: Report, first: int) -> None:
    """What each sub-space of a model finds by itself, question by question."""
    for model in report.models:
        rows = [
            (
                answer.title,
                {one.subspace: one.map for one in answer.parts if one.model == model.name},
            )
            for answer in report.answers
        ]
        rows = [(title, by_part) for title, by_part in rows if by_part]
        if not rows:
            continue
        line("")
        heads = "  ".join(f"{name:>11}" for name in rows[0][1])
        line(f"{model.name + ', MAP by':<{first}}  {heads}")
        for title, by_part in rows:
            line(f"{title:<{first}}  " + "  ".join(f"{value:11.3f}" for value in by_part.values()))


def _print_verdict(findings: Sequence[Finding]) -> None:
    for finding in findings:
        line(f"{'·' if finding.is_told else '?'}  {finding.words}")
        if finding.advice:
            line(f"   {finding.advice}")
    if any(finding.is_told for finding in findings):
        line("   Of MAP; these ± hold all together with 95 %.")
