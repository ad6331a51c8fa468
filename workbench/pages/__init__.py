"""Screens (页面): one function each, thin."""

from workbench.pages.navigation import navigation

__all__ = ["navigation"]
