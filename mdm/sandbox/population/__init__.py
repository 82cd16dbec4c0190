"""A made population of people and the records that systems hold of them, with the truth, for any size."""
