"""Floor 1: the database, its tables, named reads, and the files of regulations."""
