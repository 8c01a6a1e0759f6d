"""The commands of ``cprac``, a module a theme; ``cprac.cli`` puts them together."""
