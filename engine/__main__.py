"""`python -m accord` is the command `accord`."""

from .main import main

main()
