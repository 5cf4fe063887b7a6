"""`python -m labctl`: the same as the command `labctl`."""

from labctl.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
