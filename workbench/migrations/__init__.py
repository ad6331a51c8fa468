"""Migrations (数据库迁移), numbered and named in words."""
