"""The comparison for the screen: the packet's own figures, arranged for a wide table and for a phone."""

from __future__ import annotations

from typing import Any

from hiring.reports.core import RECOMMENDATIONS, CandidateSheet, Cell, Packet, one_decimal


def comparison_context(packet: Packet) -> dict[str, Any]:
    """Return what the comparison's template is told."""
    totals = packet.totals
    steps = len(packet.scale_labels)
    return {
        "p": packet,
        "scale": packet.scale_labels,
        "bar": packet.bar,
        "rows": [
            {
                "number": at + 1,
                "criterion": criterion,
                "weight": f"{criterion.weight:.2f}",
                "kits": [kit.name for kit in packet.kits if criterion.id in kit.focus],
                "cells": [
                    _cell(candidate, candidate.cells[at], criterion.anchors, steps) for candidate in packet.candidates
                ],
            }
            for at, criterion in enumerate(packet.criteria)
        ],
        "candidates": [_candidate(candidate) for candidate in packet.candidates],
        "assessed": len(packet.statements) - len(packet.uncovered),
        "totals": totals,
        "apart": len(packet.apart),
        "missing": [(candidate, line) for candidate in packet.candidates for line in candidate.owed],
    }


def _candidate(candidate: CandidateSheet) -> dict[str, Any]:
    value = candidate.composite.value
    return {
        "sheet": candidate,
        "composite": None if value is None else one_decimal(value),
        "weight": f"{float(candidate.composite.weight):.2f}",
        "recommendations": [
            (candidate.recommendations[key], words)
            for key, words in RECOMMENDATIONS.items()
            if candidate.recommendations.get(key)
        ],
    }


def _cell(candidate: CandidateSheet, cell: Cell, anchors: tuple[str, ...], steps: int) -> dict[str, Any]:
    return {
        "candidate": candidate,
        "cell": cell,
        "counts": [cell.levels.count(level) for level in range(1, steps + 1)],
        "by_level": [
            (level, anchors[level - 1], [given for given in cell.ratings if given.level == level])
            for level in sorted(set(cell.levels), reverse=True)
        ],
    }
