"""Texts that people read (界面文字), zh-CN first."""
