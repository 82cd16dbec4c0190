"""The pages of stewards: what a page shows is assembled here, how it looks stands in the templates."""
