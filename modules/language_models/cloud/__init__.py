"""Adapters to services with an account; the only home of their libraries."""
