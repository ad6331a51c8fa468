"""The page's entry (页面入口): tiny, and opening no other door."""

import ast
from pathlib import Path

ENTRY = Path(__file__).parents[2] / "streamlit_app.py"
MAY_IMPORT = {"streamlit", "workbench.pages", "workbench.services.signing_in"}


def test_the_entry_is_tiny_and_imports_only_pages_and_sign_in() -> None:
    text = ENTRY.read_text(encoding="utf-8")
    imported = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert imported <= MAY_IMPORT
    assert len(text.splitlines()) <= 25
