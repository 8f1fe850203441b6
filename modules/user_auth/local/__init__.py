"""user_auth: what turns passwords into hashes and principals into tokens, with no account and no network."""
