"""The whole journey, and the only package that knows it."""
