"""Version 1 of the API: routes and their schemas, an area a file."""
