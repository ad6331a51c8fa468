"""Which module holds which command (命令登记): a command's module is imported only when it is called."""

FAMILIES = {
    "home": ("init", "demo"),
    "intake": ("import",),
    "holdings": ("records", "due"),
    "learning": ("suggest", "score", "train", "classifier", "evaluate", "simulate"),
    "certificate": ("certificate",),
    "second_opinions": ("second-opinion",),
    "people": ("user", "setting"),
    "batches": ("batch",),
    "reviewing": ("review",),
    "consultation": ("consult", "agency"),
    "delay": ("delay", "consistency"),
    "papers": ("papers",),
    "publishing": ("publish", "suspend", "withdraw"),
    "complaints": ("complaint",),
    "full_text": ("fulltext",),
    "volumes": ("volumes",),
    "past": ("past",),
    "rule_book": ("rules",),
    "import_profiles": ("import-profile",),
    "repairing": ("import-repair",),
    "working": ("work", "job"),
    "care": ("ledger", "backup", "restore", "doctor"),
    "statistics": ("statistics",),
    "corrections": ("correction",),
    "use_limits": ("limit",),
    "plans": ("plan", "outlook"),
    "serving": ("serve",),
}

MODULE_OF = {command: module for module, commands in FAMILIES.items() for command in commands}
