"""Specs of other tools read into specs of ours."""
