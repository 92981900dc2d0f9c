"""The systems of a run or an index, open to be searched, compared and explained."""
