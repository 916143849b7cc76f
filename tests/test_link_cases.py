"""Each case of the two tables of links is decided as it stands there, but for those kept apart."""

from __future__ import annotations

import asyncio

from tests import PATIENCE
from tests.link_cases import cases, is_apart, judged, lay, refused, verdicts
from tests.workshop_notes.links.servers import finished


def test_what_servers_do_is_told_apart():
    table = {n: case for n, case in cases("servers").items() if not is_apart(n)}
    found = finished(asyncio.wait_for(verdicts(list(table)), PATIENCE))
    wrong = [
        f"{number}: {case['what']}: {found[number].verdict}, {found[number].detail}"
        for number, case in table.items()
        if judged(found[number]) != case["truth"]
    ]
    assert not wrong, "\n".join(wrong)


def test_a_build_names_each_broken_link_with_its_line_and_no_other(tmp_path):
    table = {n: case for n, case in cases("pages").items() if not is_apart(n)}
    lay(tmp_path, list(table))
    found = refused(tmp_path)
    wrong = [
        f"{number}: {case['body']}: {found.get(number, 'nothing')}"
        for number, case in table.items()
        if case["broken"] != (number in found)
    ]
    assert not wrong, "\n".join(wrong)
    for number, lines in found.items():
        last = 7 + table[number]["body"].count("\n")
        assert all(7 <= int(line.partition(":")[0]) <= last for line in lines), lines
