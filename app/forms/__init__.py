"""Forms: form-js schemas read once, shown for one step, and every submission checked again on the server."""

from __future__ import annotations

from app.forms.check import Checked, Correction, check
from app.forms.fields import FIELD_TYPES
from app.forms.form import Field, Form, FormRefused, Group, Ornament
from app.forms.include import resolve
from app.forms.lookups import Lookups
from app.forms.record import record_errors, step_table
from app.forms.schema import parse
from app.forms.summary import summary
from app.forms.view import view, view_data
from app.messages import FieldError

__all__ = [
    "FIELD_TYPES",
    "Checked",
    "Correction",
    "Field",
    "FieldError",
    "Form",
    "FormRefused",
    "Group",
    "Lookups",
    "Ornament",
    "check",
    "parse",
    "record_errors",
    "resolve",
    "step_table",
    "summary",
    "view",
    "view_data",
]
