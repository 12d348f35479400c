/** Names offered while FEEL is typed: the fields of the forms and the variables the server knows. */

class Variables {
  constructor(references) {
    this.known = (references?.variables ?? []).map(({ value, label }) => ({ name: value, info: label }));
  }

  getVariablesForElement() {
    return this.known;
  }
}
Variables.$inject = ['config.references'];

export const variablesModule = { variableResolver: ['type', Variables] };
