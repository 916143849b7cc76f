pytest_plugins = ["tests.summary", "tests.site", "tests.small_book"]
