"""The pure rules of taking a student's sentence apart."""
