"""Publish (公布): look at what the public will see, then publish it from the frozen snapshot."""


def page() -> None:
    """Preview and publish an approved batch (公布)."""
