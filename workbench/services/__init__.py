"""The verbs (服务): one module a use case; ``session`` comes first and is never committed inside."""
