"""Catalogue readers by suffix (目录读取)."""
