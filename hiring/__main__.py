"""`python -m hiring` is the command `hiring`."""

from hiring.cli import main

main()
