"""Synthetic sample data for the demo home (演示用合成数据); no real place or person."""
