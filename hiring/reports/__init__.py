"""The committee's packet: its figures, its pages and its PDF."""
