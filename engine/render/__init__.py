"""Findings, maps and values as text, JSON and other forms."""
