"""Reads what a repository held at a revision, from git's objects: nothing is checked out."""
