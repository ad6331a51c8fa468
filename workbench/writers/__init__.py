"""Writers of what leaves the house (公告、目录、台账的输出)."""
