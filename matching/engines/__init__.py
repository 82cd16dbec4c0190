"""Engines run the same kernels over records: `local` on one machine, `spark` on a cluster."""
