"""user_auth: from outside, import modules.user_auth.interface only."""
