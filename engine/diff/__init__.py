"""What a change of the specs means: two projects in, values of changes out."""
