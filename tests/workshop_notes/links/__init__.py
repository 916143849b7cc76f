"""Tests of the citation checker, against real servers on the loopback."""
