"""user_auth: services too long for service.py, one a file."""
