"""``tuiradio doctor --radio``: the radio measured beside plainer ways to choose."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict

from tuiradio.cli import session as shared
from tuiradio.cli.output import json_line, line
from tuiradio.cli.progress import Progress
from tuiradio.engine.studies import MeasureRadio, RadioMeasured, StopMeasuring
from tuiradio.errors import TuiradioError
from tuiradio.radio.measure import Figures, Hubs, Report
from tuiradio.radio.strategies import Strategy
from tuiradio.radio.verdict import Finding, verdict

_ROWS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("same artist within the window", lambda one: _percent(one.same_artist_share)),
    ("same recording again", lambda one: f"{one.duplicates:,}"),
    ("rules broken in secret", lambda one: f"{one.unreported_breaks:,}"),
    ("rules given up, and said so", lambda one: f"{one.reported_breaks:,}"),
    ("jumps of genre", lambda one: _percent(one.genre_jumps)),
    ("jumps of tempo", lambda one: _percent(one.tempo_jumps)),
    ("likeness to the track before", lambda one: f"{one.mean_step:.3f}"),
    ("... at the worst step", lambda one: f"{one.worst_step:.3f}"),
    ("skewness of what is picked", lambda one: f"{one.hub_skewness:.2f}"),
    ("share of the library reached", lambda one: _percent(one.reach)),
)


def run(arguments: argparse.Namespace) -> int:
    """Measure, and print table and verdict; see ``tuiradio doctor --help``."""
    arguments.seeds = []
    with shared.headless(arguments.model) as session:
        shared.prepare(session, arguments)
        query = MeasureRadio(arguments.radios, arguments.length, session.config.radio)
        with Progress(sys.stderr) as progress:
            leave = session.engine.subscribe(progress.on_event)
            try:
                report = session.ask(query, RadioMeasured, None).report
            except KeyboardInterrupt:
                session.engine.submit(StopMeasuring())
                raise
            finally:
                leave()
    tell(report, arguments.json)
    return 0 if is_measured(report) else TuiradioError.exit_code


def tell(report: Report, as_json: bool) -> None:
    """Print what was measured, and what it means."""
    findings = verdict(report)
    if as_json:
        json_line({**asdict(report), "verdict": [asdict(finding) for finding in findings]})
    else:
        _print(report, findings)


def _print(report: Report, findings: tuple[Finding, ...]) -> None:
    if is_measured(report):
        _print_figures(report)
    for finding in findings:
        line(f"{'good' if finding.is_good else 'weak'}  {finding.words}")
        if finding.advice:
            line(f"      {finding.advice}")


def is_measured(report: Report) -> bool:
    """Whether there was enough music to compare the radio with plain neighbours."""
    return all(one.picks for one in map(report.of, (Strategy.RADIO, Strategy.NEAREST)) if one)


def _print_figures(report: Report) -> None:
    first = max(len(name) for name, _ in _ROWS)
    line(f"{'':{first}}  " + "  ".join(f"{one.strategy:>13}" for one in report.figures))
    for name, cell in _ROWS:
        line(f"{name:<{first}}  " + "  ".join(f"{cell(one):>13}" for one in report.figures))
    line("")
    line(f"Windows kept:    {report.artist_window} artists, {report.album_window} albums")
    line(f"Neighbour lists: {_hubs(report.hubs_plain)}")
    line(f"...  corrected:  {_hubs(report.hubs_corrected)}")
    line("")


def _hubs(hubs: Hubs) -> str:
    return (
        f"skewness {hubs.skewness:.2f}, {_percent(hubs.hub_share)} hubs, "
        f"{_percent(hubs.anti_hub_share)} in nobody's list"
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
