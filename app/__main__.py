"""`python -m app …` is `aftercare …`."""

from app.cli import main

main()
