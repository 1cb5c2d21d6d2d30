"""The periodic reports as values: what is said, in which order, from measured values and the specs."""
