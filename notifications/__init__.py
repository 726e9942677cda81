"""Who is told outside the page, until a person has answered."""
