"""From files on disk to a decoded project: read, parse, validate by schema, decode, resolve references."""
