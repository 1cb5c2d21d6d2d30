"""One file a command: parse options, call the pipeline, render."""
