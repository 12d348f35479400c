/** Reading and writing zeebe extension elements of a shape through the command stack, so that undo works. */

export const isA = (element, type) => element?.businessObject?.$instanceOf?.(type) ?? false;

export function findExtension(element, type) {
  return element.businessObject.extensionElements?.values?.find((value) => value.$type === type) ?? null;
}

/** Sets one attribute of the extension element `type`, making or removing that element as needed. */
export function setExtension({ element, type, property, value, modeling, bpmnFactory }) {
  const { businessObject } = element;
  const found = findExtension(element, type);
  if (found) {
    modeling.updateModdleProperties(element, found, { [property]: value || undefined });
    return;
  }
  if (!value) {
    return;
  }
  const made = bpmnFactory.create(type, { [property]: value });
  addExtension({ element, businessObject, made, modeling, bpmnFactory });
}

function addExtension({ element, businessObject, made, modeling, bpmnFactory }) {
  const { extensionElements } = businessObject;
  if (extensionElements) {
    made.$parent = extensionElements;
    modeling.updateModdleProperties(element, extensionElements, { values: [...(extensionElements.values ?? []), made] });
    return;
  }
  const fresh = bpmnFactory.create('bpmn:ExtensionElements', { values: [made] });
  fresh.$parent = businessObject;
  made.$parent = fresh;
  modeling.updateModdleProperties(element, businessObject, { extensionElements: fresh });
}

/** A value of <zeebe:properties>. */
export function getProperty(element, name) {
  return findExtension(element, 'zeebe:Properties')?.properties?.find((property) => property.name === name)?.value ?? '';
}

export function setProperty({ element, name, value, modeling, bpmnFactory }) {
  const holder = findExtension(element, 'zeebe:Properties');
  const others = (holder?.properties ?? []).filter((property) => property.name !== name);
  const made = value ? [bpmnFactory.create('zeebe:Property', { name, value })] : [];
  const properties = [...others, ...made];
  if (holder) {
    made.forEach((property) => {
      property.$parent = holder;
    });
    modeling.updateModdleProperties(element, holder, { properties });
  } else if (value) {
    const fresh = bpmnFactory.create('zeebe:Properties', { properties });
    made.forEach((property) => {
      property.$parent = fresh;
    });
    addExtension({ element, businessObject: element.businessObject, made: fresh, modeling, bpmnFactory });
  }
}
