"""Sample imports and jobs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cablegram.accounts.access import Scope
from cablegram.jobs.model import Job, JobFile, JobState, Trouble
from cablegram.kit.errors import Fault
from cablegram.kit.ids import AccountId, FileId, JobId
from cablegram.panel.importing import Form
from panel_samples.frame import ID, account, ago

TABS = [
    ("Lists", "/contacts", False),
    ("People", "/contacts/people", False),
    ("Blacklist", "/contacts/blacklist", False),
    ("Imports", "/contacts/imports", True),
]
JOB_TABS = [
    ("Sent", "/messages", False),
    ("Received", "/messages/received", False),
    ("Refused", "/messages/refused", False),
    ("Jobs", "/messages/jobs", True),
]
KINDS = {"import": "Import", "import_check": "Check of a file", "export": "Export"}
COUNTS = {
    "rows": 10_000, "people": 9_987, "added": 9_120, "updated": 412, "duplicates": 10, "bad": 3, "subscribed": 9_102,
    "declined": 18, "left": 204, "list_id": str(ID),
    "errors": [
        {"field": "lines.17.number", "code": "number_invalid", "message": "Line 17: '+34 12' has too few digits."},
        {"field": "lines.388", "code": "csv_wrong_column_count", "message": "Line 388: this row has 3 columns."},
    ],
}  # fmt: skip
ORDER = {"list_id": str(ID), "on_bad_rows": "refuse"}
DONE = Job(
    JobId(ID),
    AccountId(ID),
    "import",
    "autumn-customers-2026.xlsx into Newsletter ES",
    Scope.CONTACTS,
    {"file_id": str(ID), "into": "Newsletter ES", "order": ORDER},
    JobState.FINISHED,
    "",
    10_000,
    10_000,
    COUNTS,
    None,
    "Inés Carrasco",
    None,
    ago(340),
    ago(338),
    ago(310),
    is_cancel_asked=False,
    worker=None,
    attempts=1,
)
AT_WORK = replace(
    DONE, state=JobState.RUNNING, step="Reading the file", done=412_000, total=1_000_000, result=None, ended_at=None
)
FAILED = replace(
    DONE,
    state=JobState.FAILED,
    result={"bad": 13},
    error=Trouble(
        "bad_rows",
        "13 of 10,000 rows are bad, so nothing was imported. Correct the file, or import it again and skip bad rows.",
        [Fault("lines.17.number", "number_invalid", "Line 17: '+34 12' has too few digits for a number in Spain.")],
    ),
)
EXPORTED = replace(DONE, kind="export", about="Newsletter ES as a workbook", result={"rows": 9_987})
WAITING = replace(DONE, state=JobState.WAITING, result=None, ended_at=None, started_at=None)
FILE = JobFile(FileId(ID), AccountId(ID), JobId(ID), "bad-rows.csv", "text/csv", 412, ago(310), ago(-600_000))
INTO = {"id": str(ID), "name": "Newsletter ES", "skips": False}
COLUMNS = [
    (0, "Customer ID", "17, 18, 19", ""),
    (1, "Nombre", "Ana, Олена, يوسف", "first_name"),
    (2, "Teléfono móvil", "600 000 118, +380 67 120 4518", "number"),
    (3, "Comments of the shop that nobody reads any more", "", ""),
]
USES = [("number", "The number"), ("", "Leave it aside"), ("first_name", "First name"), ("city", "city")]


def _import(job: Job, *files: JobFile) -> tuple[str, dict[str, Any]]:
    more = {"files": list(files), "kinds": KINDS, "back": "/contacts/imports/files/1", "into": INTO}
    return "contacts/import.html", account("contacts", job.about, job=job, **more)


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "imports": (
        "contacts/imports.html",
        account("contacts", "Imports", tabs=TABS, rows=[AT_WORK, FAILED, DONE], newer="", older=""),
    ),
    "imports-empty": ("contacts/imports.html", account("contacts", "Imports", tabs=TABS, rows=[], newer="", older="")),
    "import-new": ("contacts/import_new.html", account("contacts", "Import", pasted="", list="")),
    "import-columns": (
        "contacts/import_columns.html",
        account(
            "contacts",
            "Import",
            file=FILE,
            columns=COLUMNS,
            uses=USES,
            has_header=True,
            lists=[("", "A new list"), (str(ID), "Newsletter ES")],
            form=Form(["", "first_name", "number", ""], list_name="autumn-customers-2026"),
        ),
    ),
    "import-at-work": _import(AT_WORK),
    "import-tried": _import(replace(DONE, kind="import_check"), FILE),
    "import-done": _import(DONE, FILE),
    "import-failed": _import(FAILED, FILE),
    "jobs": (
        "messages/jobs.html",
        account(
            "messages",
            "Jobs",
            tabs=JOB_TABS,
            rows=[WAITING, AT_WORK, FAILED, EXPORTED],
            newer="",
            older="",
            state="",
            kinds=KINDS,
        ),
    ),
    "jobs-empty": (
        "messages/jobs.html",
        account("messages", "Jobs", tabs=JOB_TABS, rows=[], newer="", older="", state="", kinds=KINDS),
    ),
    "job": (
        "messages/job.html",
        account("messages", EXPORTED.about, job=EXPORTED, files=[FILE], kinds=KINDS, is_mine=True),
    ),
}
