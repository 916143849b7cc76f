"""The tests of the project."""

PATIENCE = 600
"""Seconds after which something that never comes is called a hang: many times what it takes on the
busiest machine, so that nothing fails because others use it too."""
