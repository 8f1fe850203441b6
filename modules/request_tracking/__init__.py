"""request_tracking: from outside, import modules.request_tracking.interface only."""
