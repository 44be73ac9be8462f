"""Rubrics, scorecards, comparison, decision: the part of hiring that decides."""

__version__ = "0.1.0"
