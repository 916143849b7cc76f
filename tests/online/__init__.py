"""Tests that ask the live web; they run with ONLINE=1, where there is one."""
