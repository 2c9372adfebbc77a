"""Write the next migration from the models: ``python -m workforce.migrations "add a thing"``.

It compares the models with what the migrations so far build in an empty SQLite file. Read the result
before committing it: triggers, data and renamed columns are beyond it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from workforce.migrations import configuration, upgrade


def main() -> None:
    """Write ``versions/NNNN_message.py``."""
    if len(sys.argv) != len(["module", "message"]):
        sys.exit(__doc__)
    config = configuration()
    head = ScriptDirectory.from_config(config).get_current_head()
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'empty.sqlite3'}")
        upgrade(engine)
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            number = int(head or 0) + 1
            command.revision(config, sys.argv[1], rev_id=f"{number:04d}", autogenerate=True)
        engine.dispose()


if __name__ == "__main__":
    main()
