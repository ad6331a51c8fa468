"""The procedure (审核程序): from a roster to what the public may see; pure."""
