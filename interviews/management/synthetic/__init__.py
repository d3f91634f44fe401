"""A synthetic newsroom for load tests: deterministic pages in every state, written in bulk."""

from .seeding import RealDataError, seed

__all__ = ["RealDataError", "seed"]
