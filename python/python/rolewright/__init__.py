"""Roles, organizations and teams from identity attributes, by policy, over Arrow record batches."""

from ._rolewright import Diagnostic, Policy, PolicyError

__all__ = ["Diagnostic", "Policy", "PolicyError"]


def _restore(state):
    """The policy that was pickled."""
    return Policy._restore(state)
