"""Where this installation lives (环境设置): read from the environment, never from a screen."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """The ``WORKBENCH_*`` variables (运行环境).

    ``home`` holds database, classifiers, reports and publications; ``rules`` is a local rule folder laid
    over the library; ``password_file`` answers the password prompt of the command line. ``llm_url`` is an
    OpenAI-compatible address on the archive's own network, off when empty; ``llm_timeout`` counts seconds.
    """

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_", extra="ignore")

    home: Path = Path("var")
    database_url: str | None = None
    rules: Path | None = None
    password_file: Path | None = None
    llm_url: str | None = None
    llm_model: str = "local"
    llm_key_file: Path | None = None
    llm_timeout: float = 60.0
    llm_allow_public: bool = False

    @property
    def url(self) -> str:
        """Address of the database: the given one, or SQLite under the home."""
        return self.database_url or f"sqlite:///{(self.home / 'kaijian.sqlite').resolve()}"


def environment() -> Environment:
    """Read the environment afresh; cheap, and tests may change it."""
    return Environment()
