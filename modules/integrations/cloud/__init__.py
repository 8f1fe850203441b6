"""Cloud adapters: the only home of vendor SDKs; imported only when chosen."""
