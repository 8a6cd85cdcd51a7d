"""The scripts here are run by tests in processes of their own; they hold no tests."""

collect_ignore_glob = ["*.py"]
