"""Reads postings: plain text, Markdown, HTML, Word documents (.docx) and PDF."""

from hiring.rubrics.readers.reading import MAX_FILE, MAX_TEXT, read_document, read_posting

__all__ = ["MAX_FILE", "MAX_TEXT", "read_document", "read_posting"]
