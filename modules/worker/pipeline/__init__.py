"""The parts of a running worker: the loop, one execution, the lease, the burial of dead jobs."""
