/** bpmn-js's modeler with the Zeebe properties panel, in Chinese, with our choices for roles, forms and decisions. */
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import Modeler from 'bpmn-js/lib/Modeler';
import zeebeBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import minimapModule from 'diagram-js-minimap';
import modelerModdle from 'modeler-moddle/resources/modeler.json';
import zeebeModdle from 'zeebe-bpmn-moddle/resources/zeebe.json';
import { isChinese } from '../i18n/say.js';
import { choicesModule } from './choices.js';
import { textRenderer } from './fonts.js';
import { quietGroupsModule } from './quiet_groups.js';
import { chineseModule } from './translate.js';
import { variablesModule } from './variables.js';

/** `references`: what the select boxes offer, see choices.js. */
export function createEditor({ canvas, panel, references }) {
  return new Modeler({
    container: canvas,
    textRenderer,
    propertiesPanel: { parent: panel, feelPopupContainer: document.body },
    references,
    moddleExtensions: { zeebe: zeebeModdle, modeler: modelerModdle },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      zeebeBehaviors,
      minimapModule,
      quietGroupsModule,
      choicesModule,
      variablesModule,
      ...(isChinese() ? [chineseModule] : []),
    ],
  });
}
