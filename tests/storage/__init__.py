"""Tests of storage, on both kinds of database."""
