"""Benchmarks: ratios against a floor in one run, printed and never asserted."""
