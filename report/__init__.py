"""SHOWN: reports for planners, auditors and the office. Figures first, layout after; every report can be recomputed."""
