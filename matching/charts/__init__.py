"""Charts of a model and a run: each is data first, and draws itself as an SVG without any dependency."""
