"""Code lists: canonical codes of a domain, and the cross-walks from each source's own codes to them."""
