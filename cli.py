"""Run accord from a checkout, without installing it: `python cli.py check`."""

from engine.main import main

if __name__ == "__main__":
    main()
