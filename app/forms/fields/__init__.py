"""The component types a form may use: those of form-js 1.23 and our four; to add one, add a file and a line here."""

from __future__ import annotations

from app.forms.fields.button import Button
from app.forms.fields.checkbox import Checkbox
from app.forms.fields.checklist import Checklist
from app.forms.fields.datetime import Datetime
from app.forms.fields.document_preview import DocumentPreview
from app.forms.fields.dynamiclist import Dynamiclist
from app.forms.fields.expression import Expression
from app.forms.fields.field_type import Display, FieldType, Situation
from app.forms.fields.filepicker import Filepicker
from app.forms.fields.group import Group
from app.forms.fields.html import Html
from app.forms.fields.iframe import Iframe
from app.forms.fields.image import Image
from app.forms.fields.lookup import Lookup
from app.forms.fields.number import Number
from app.forms.fields.person import Person
from app.forms.fields.photos import Photos
from app.forms.fields.radio import Radio
from app.forms.fields.select import Select
from app.forms.fields.separator import Separator
from app.forms.fields.signature import Signature
from app.forms.fields.spacer import Spacer
from app.forms.fields.table import Table
from app.forms.fields.taglist import Taglist
from app.forms.fields.text import Text
from app.forms.fields.textarea import Textarea
from app.forms.fields.textfield import Textfield

FIELD_TYPES: dict[str, type[FieldType]] = {
    "textfield": Textfield,
    "textarea": Textarea,
    "number": Number,
    "datetime": Datetime,
    "expression": Expression,
    "filepicker": Filepicker,
    "checkbox": Checkbox,
    "checklist": Checklist,
    "radio": Radio,
    "select": Select,
    "taglist": Taglist,
    "text": Text,
    "image": Image,
    "table": Table,
    "html": Html,
    "documentPreview": DocumentPreview,
    "spacer": Spacer,
    "separator": Separator,
    "group": Group,
    "dynamiclist": Dynamiclist,
    "iframe": Iframe,
    "button": Button,
    "signature": Signature,
    "photos": Photos,
    "person": Person,
    "lookup": Lookup,
}

__all__ = ["FIELD_TYPES", "Display", "FieldType", "Situation"]
