"""The AutoTune experiment: from a table, what Autopilot wrote in 2020, by a generator of our own.

Needs the dependency group `notebooks`; the site is built without it.
"""
