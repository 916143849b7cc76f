pytest_plugins = ["tests.summary", "tests.site"]
