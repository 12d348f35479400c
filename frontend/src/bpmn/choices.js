/**
 * Select boxes instead of ids typed by hand: role of a lane, form, decision, called process, connector; and the settings
 * of a user task that our runtime reads from its properties (approval, on behalf of the customer, step bar, button).
 * `references`: {roles, forms, decisions, processes, job_types, clocks, variables}, each [{value, label}].
 */
import { CheckboxEntry, SelectEntry, TextFieldEntry, isSelectEntryEdited, isTextFieldEntryEdited, isCheckboxEntryEdited } from '@bpmn-io/properties-panel';
import { jsx } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useService } from 'bpmn-js-properties-panel';
import { say } from '../i18n/say.js';
import { optionsFor } from './choice_options.js';
import { findExtension, getProperty, isA, setExtension, setProperty } from './extension.js';

const LANE_PREFIX = 'lane_';

/** id of the entry it replaces → what it sets. */
const EXTENSIONS = {
  formId: { label: 'editor_form', list: 'forms', type: 'zeebe:FormDefinition', property: 'formId' },
  targetProcessId: { label: 'editor_process', list: 'processes', type: 'zeebe:CalledElement', property: 'processId' },
  decisionId: { label: 'editor_decision', list: 'decisions', type: 'zeebe:CalledDecision', property: 'decisionId' },
  taskDefinitionType: { label: 'editor_connector', list: 'job_types', type: 'zeebe:TaskDefinition', property: 'type' },
};

function useEditing() {
  return { modeling: useService('modeling'), bpmnFactory: useService('bpmnFactory'), debounce: useService('debounceInput'), references: useService('config.references') ?? {} };
}

// The panel throws away the first typed letter of components that are made anew in getGroups(): they live here.
function ExtensionChoice({ element, id }) {
  const { modeling, bpmnFactory, references } = useEditing();
  const { label, list, type, property } = EXTENSIONS[id];
  const get = () => findExtension(element, type)?.[property] ?? '';
  return jsx(SelectEntry, {
    element,
    id,
    label: say(label),
    getValue: get,
    setValue: (value) => setExtension({ element, type, property, value, modeling, bpmnFactory }),
    getOptions: () => optionsFor(references[list], get()),
  });
}

function LaneRole({ element, id }) {
  const { modeling, references } = useEditing();
  const registry = useService('elementRegistry');
  const lane = element.businessObject;
  const get = () => (lane.id.startsWith(LANE_PREFIX) ? lane.id.slice(LANE_PREFIX.length) : '');
  // Two lanes of one role would have the same id.
  const free = () => (references.roles ?? []).filter(({ value }) => value === get() || !registry.get(LANE_PREFIX + value));
  const set = (role) => {
    if (role) {
      const label = (references.roles ?? []).find(({ value }) => value === role)?.label;
      modeling.updateProperties(element, { id: LANE_PREFIX + role, ...(label ? { name: label } : {}) });
    }
  };
  return jsx(SelectEntry, { element, id, label: say('editor_role'), description: say('editor_role_hint'), getValue: get, setValue: set, getOptions: () => optionsFor(free(), get()) });
}

const PROPERTIES = {
  approval: { label: 'editor_approval', description: 'editor_approval_hint', kind: 'check', on: 'true' },
  behalf_of: { label: 'editor_behalf', description: 'editor_behalf_hint', kind: 'check', on: 'customer' },
  step_label: { label: 'editor_step_label', kind: 'text' },
  verb: { label: 'editor_verb', kind: 'text' },
  verbs: { label: 'editor_verbs', description: 'editor_verbs_hint', kind: 'text' },
  sign_rule: { label: 'editor_sign_rule', description: 'editor_sign_rule_hint', kind: 'text' },
  clock: { label: 'editor_clock', kind: 'list', list: 'clocks' },
  closes_form: { label: 'editor_closes_form', description: 'editor_closes_form_hint', kind: 'list', list: 'forms' },
};

function TaskSetting({ element, id }) {
  const { modeling, bpmnFactory, debounce, references } = useEditing();
  const { label, description, kind, on, list } = PROPERTIES[id];
  const get = () => getProperty(element, id);
  const set = (value) => setProperty({ element, name: id, value, modeling, bpmnFactory });
  const common = { element, id, label: say(label), description: description && say(description) };
  if (kind === 'check') {
    return jsx(CheckboxEntry, { ...common, getValue: () => get() === on, setValue: (checked) => set(checked ? on : '') });
  }
  if (kind === 'list') {
    return jsx(SelectEntry, { ...common, getValue: get, setValue: set, getOptions: () => optionsFor(references[list], get()) });
  }
  return jsx(TextFieldEntry, { ...common, getValue: get, setValue: set, debounce });
}

const EDITED = { check: isCheckboxEntryEdited, list: isSelectEntryEdited, text: isTextFieldEntryEdited };

const taskSettings = {
  id: 'aftersales',
  label: () => say('editor_task_settings'),
  entries: Object.entries(PROPERTIES).map(([id, { kind }]) => ({ id, component: TaskSetting, isEdited: EDITED[kind] })),
};

class Choices {
  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(200, this);
  }

  getGroups(element) {
    return (groups) => {
      const result = groups.map((group) => this.withChoices(group, element));
      if (isA(element, 'bpmn:Lane')) {
        result.splice(1, 0, { id: 'role', label: say('editor_role'), entries: [{ id: 'lane_role', element, component: LaneRole, isEdited: isSelectEntryEdited }] });
      }
      if (isA(element, 'bpmn:UserTask')) {
        const entries = taskSettings.entries.map((entry) => ({ ...entry, element }));
        const at = result.findIndex(({ id }) => id === 'form') + 1;
        result.splice(at || result.length, 0, { ...taskSettings, label: taskSettings.label(), entries });
      }
      return result;
    };
  }

  withChoices(group, element) {
    // The only kind of form we run is a published one: its choice replaces the form type and its id.
    if (group.id === 'form') {
      return { ...group, entries: [choice('formId', element)] };
    }
    return group.entries ? { ...group, entries: group.entries.map((entry) => (EXTENSIONS[entry.id] ? choice(entry.id, element) : entry)) } : group;
  }
}
Choices.$inject = ['propertiesPanel'];

const choice = (id, element) => ({ id, element, component: ExtensionChoice, isEdited: isSelectEntryEdited });

export const choicesModule = { __init__: ['choices'], choices: ['type', Choices] };
