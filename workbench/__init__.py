"""The building (工作台): files, database, screens and commands around the core."""
