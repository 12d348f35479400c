/** Takes out of the properties panel what our engine does not know, so that nobody fills it in for nothing. */

const GROUPS = new Set(['Zeebe__TaskListeners', 'activeElements', 'adHocCompletion', 'adHocSubProcessImplementation', 'userTaskImplementation']);
const ENTRIES = [/binding/i, /VersionTag$/, /^versionTag$/, /^externalReference$/, /^isStartableInTasklist$/, /^tenantId/i];

class QuietGroups {
  constructor(propertiesPanel) {
    // After the Zeebe provider (500), before our own choices (200).
    propertiesPanel.registerProvider(300, this);
  }

  getGroups() {
    return (groups) =>
      groups
        .filter(({ id }) => !GROUPS.has(id))
        .map((group) => (group.entries ? { ...group, entries: group.entries.filter(({ id }) => !ENTRIES.some((pattern) => pattern.test(id))) } : group))
        .filter((group) => !group.entries || group.entries.length);
  }
}
QuietGroups.$inject = ['propertiesPanel'];

export const quietGroupsModule = { __init__: ['quietGroups'], quietGroups: ['type', QuietGroups] };
