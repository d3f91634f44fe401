"""Accounts: signing in, second factors, sessions, passwords."""
