"""Nothing is to be built: prose publishes plain functions, which are called as they are."""
