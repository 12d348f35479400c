"""Tools for whoever develops, measures or releases the product; none of them is needed to run it."""
