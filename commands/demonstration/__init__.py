"""A believable company that does not exist, and its year: what `strongroom demo` fills a new vault with."""
