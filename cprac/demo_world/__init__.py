"""Invented chambers: people, agencies and cases driven through the services on days of the past.

``world`` and ``way`` are the machine, with which both the tests' small world and the demonstration are built.
"""
