"""The read side (查询): lists and counts for screens and commands; nothing here changes a row."""
