"""Rubrics: what a job consists of, and how each level of it looks."""
