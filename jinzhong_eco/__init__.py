# As tagged, without the v. docs/upgrading.md says what its parts promise.
__version__ = "1.0.0"
