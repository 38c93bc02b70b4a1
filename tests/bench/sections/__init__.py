"""The rows of the table, one module for each part of the kernels."""
