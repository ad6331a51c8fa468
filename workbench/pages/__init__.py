"""Screens (页面): one function each, thin."""
