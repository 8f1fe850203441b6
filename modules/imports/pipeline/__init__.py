"""What runs an import's job."""
