"""The law as data (规则): legal instruments, due dates and pattern rules; pure."""
