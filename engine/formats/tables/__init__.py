"""Tables of a warehouse, measured and read into specs."""
