/** Where the keyboard goes on: the first field of a form that is still empty, or the next one that must be filled in. */

const CONTROLS = 'input:not([type=checkbox]):not([type=radio]):not([type=file]):not(.datetime-native), select, textarea';

const usable = (control) => !control.disabled && !control.readOnly && control.getClientRects().length > 0;

// A search box stays empty when something is picked; what was picked stands beside it instead.
const isEmpty = (control) => !control.value && !control.closest('.picker')?.querySelector('.picked');

const isOptional = (control) => Boolean(control.closest('.fjs-form-field')?.querySelector('.optional'));

const controlsOf = (root) => [...root.querySelectorAll(CONTROLS)].filter(usable);

/** A page opened with a keyboard at hand begins in its first text box, when nothing stands there yet. */
export function focusFirst(root) {
  const [first] = controlsOf(root);
  const nowhere = !document.activeElement || document.activeElement === document.body;
  if (first && nowhere && isEmpty(first) && first.localName !== 'select' && !first.closest('.picker') && globalThis.matchMedia?.('(pointer: fine)').matches) {
    first.focus({ preventScroll: true });
  }
}

/** After a known thing was taken: on to the next field behind `from` that is empty and required. */
export function focusNextEmpty(from) {
  const form = from.closest('form');
  const behind = controlsOf(form).filter((control) => from.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_FOLLOWING);
  (behind.find((control) => isEmpty(control) && !isOptional(control)) ?? from).focus();
}
