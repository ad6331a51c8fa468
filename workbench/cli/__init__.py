"""The command line (命令行), a contract: each module adds its commands to ``framework.root``."""
