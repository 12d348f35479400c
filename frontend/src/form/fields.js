/** The fields of our own, by type; the rest comes from form-js (see plugins/form_js.mjs for those left out). */
import { Datetime } from './datetime.jsx';
import { Group } from './group.jsx';
import { Html } from './html.jsx';
import { Lookup } from './lookup.jsx';
import { Markdown } from './markdown.js';
import { Person } from './person.jsx';
import { FilePicker, Photos } from './photos.jsx';
import { Select } from './select.jsx';
import { Shown, ShownList } from './shown.jsx';
import { Signature } from './signature.jsx';
import { Textarea } from './textarea.jsx';
import { Textfield } from './textfield.jsx';

const FIELDS = [Datetime, FilePicker, Group, Html, Lookup, Person, Photos, Select, Shown, ShownList, Signature, Textarea, Textfield];

class OurFields {
  constructor(formFields) {
    FIELDS.forEach((field) => formFields.register(field.config.type, field));
  }
}
OurFields.$inject = ['formFields'];

export const ourFieldsModule = {
  __init__: ['ourFields'],
  ourFields: ['type', OurFields],
  markdownRenderer: ['type', Markdown],
};
