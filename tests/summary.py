"""The end of a test run: why tests were skipped, then the counts alone on the last line."""

from collections import Counter

import pytest


def counts(stats):
    """Passed, failed and skipped of a terminal reporter's statistics."""

    def number(*outcomes):
        return sum(len(stats.get(outcome, ())) for outcome in outcomes)

    # A test that could not start, or a file that could not be read, is a failure like another.
    return number("passed"), number("failed", "error"), number("skipped", "xfailed")


def skip_reasons(reports):
    """[(reason, how many)], the most frequent first."""
    reasons = Counter()
    for report in reports:
        detail = report.longrepr[2] if isinstance(report.longrepr, tuple) else "expected to fail"
        reasons[str(detail).removeprefix("Skipped: ")] += 1
    return reasons.most_common()


FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def record_figures(pytestconfig):
    """A function that takes a line of figures, which the end of the run prints."""
    return pytestconfig.stash.setdefault(FIGURES, []).append


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """Take over the figures of a worker process, which has no end of its own to print them at."""
    sent = getattr(node, "workeroutput", {}).get("figures", [])
    node.config.stash.setdefault(FIGURES, []).extend(sent)


def pytest_terminal_summary(terminalreporter, config):
    if figures := config.stash.get(FIGURES, []):
        terminalreporter.section("figures")
        for line in dict.fromkeys(figures):  # two workers may have measured the same
            terminalreporter.write_line(line)
    stats = terminalreporter.stats
    reasons = skip_reasons([*stats.get("skipped", ()), *stats.get("xfailed", ())])
    if reasons:
        terminalreporter.section("skipped, and why")
        for reason, number in reasons:
            terminalreporter.write_line(f"{number} skipped: {reason}")


# Outermost, so that nothing of pytest's own comes after it.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    if hasattr(session.config, "workeroutput"):  # before the worker sends it
        session.config.workeroutput["figures"] = session.config.stash.get(FIGURES, [])
    result = yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return result
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        passed, failed, skipped = counts(reporter.stats)
        reporter.ensure_newline()
        reporter.write_line(f"{passed} passed, {failed} failed, {skipped} skipped")
    else:  # no counts: they would look like a whole run's
        reporter.write_line(f"The test run did not finish: {pytest.ExitCode(exitstatus).name}")
    return result
