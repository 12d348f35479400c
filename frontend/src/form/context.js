/** What our fields need to know of the page: the task, its labels and the form they stand in. */
import { FormContext } from '@bpmn-io/form-js-viewer';
import { useContext } from 'preact/hooks';

export function useFormService(name) {
  return useContext(FormContext).getService(name);
}

/** The page JSON `{task, labels, …}` handed to `mountForm`. */
export function usePage() {
  return useFormService('config').page ?? {};
}
